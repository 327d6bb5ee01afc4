"""The desk's addresses. None of them carries anything about a person but a random id."""

from django.urls import path

from seloste.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("haku/", views.search, name="search"),
    path("nappaimet/", views.keys, name="keys"),
    path("henkilot/uusi/", views.add_person, name="add_person"),
    path("henkilot/<uuid:person_id>/", views.person, name="person"),
    path("henkilot/<uuid:person_id>/lisaa/<slug:what>/", views.add, name="add"),
    path("henkilot/<uuid:person_id>/korjaa/<slug:kind>/<uuid:item_id>/", views.correct, name="correct"),
    path("henkilot/<uuid:person_id>/poista/<slug:kind>/<uuid:item_id>/", views.remove, name="remove"),
    path("henkilot/<uuid:person_id>/palauta/<slug:kind>/<uuid:item_id>/", views.bring_back, name="bring_back"),
    path("henkilot/<uuid:person_id>/sulje/<uuid:item_id>/", views.close_project, name="close_project"),
    path("henkilot/<uuid:person_id>/informoitu/", views.informed, name="informed"),
    path("henkilot/<uuid:person_id>/kieli/", views.language, name="language"),
    path("henkilot/<uuid:person_id>/katsojat/", views.who_saw, name="who_saw"),
    path("henkilot/<uuid:person_id>/viesti/<uuid:message_id>/", views.enter_for, name="enter_for"),
    path("viestit/", views.waiting, name="messages"),
    path("viestit/<uuid:message_id>/", views.message, name="message"),
    path("viestit/<uuid:message_id>/uusi-henkilo/", views.enter_new, name="enter_new"),
    path("viestit/<uuid:message_id>/hylkaa/", views.decline, name="decline"),
    path("viestit/<uuid:message_id>/kasitelty/", views.handled, name="handled"),
    path("viestit/<uuid:message_id>/palauta/", views.message_back, name="message_back"),
    path("organisaatiot/", views.organisations, name="organisations"),
    path("organisaatiot/uusi/", views.add_organisation, name="add_organisation"),
    path("organisaatiot/<uuid:organisation_id>/", views.organisation, name="organisation"),
    path("informoitavat/", views.owed, name="owed"),
    path("paattyvat/", views.ending, name="ending"),
    path("loki/", views.record, name="record"),
    path("loki/tili/<uuid:account_id>/", views.touched, name="touched"),
]
