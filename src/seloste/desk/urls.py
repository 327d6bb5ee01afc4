"""The desk's addresses. None of them carries anything about a person but a random id."""

from django.urls import path

import seloste.notices.urls  # noqa: F401 -- teaches addresses what the number of a notice looks like
from seloste.accounts.http import requires
from seloste.desk.views import (
    duties_owed,
    given,
    going,
    marketing,
    messages,
    organisations,
    outbox,
    permissions,
    person,
    record,
    start,
)
from seloste.notices import views as notices
from seloste.terminal import views as terminal

app_name = "desk"

#: The pages for those who look after the notice stand on a lower floor and know no duties; here they get theirs.
of_the_notice = requires("notice", "audit")

urlpatterns = [
    path("", start.home, name="home"),
    path("haku/", start.search, name="search"),
    path("nappaimet/", start.keys, name="keys"),
    path("henkilot/uusi/", person.add_person, name="add_person"),
    path("henkilot/<uuid:person_id>/", person.person, name="person"),
    path("henkilot/<uuid:person_id>/lisaa/<slug:what>/", person.add, name="add"),
    path("henkilot/<uuid:person_id>/korjaa/<slug:kind>/<uuid:item_id>/", person.correct, name="correct"),
    path("henkilot/<uuid:person_id>/poista/<slug:kind>/<uuid:item_id>/", person.remove, name="remove"),
    path("henkilot/<uuid:person_id>/palauta/<slug:kind>/<uuid:item_id>/", person.bring_back, name="bring_back"),
    path("henkilot/<uuid:person_id>/sulje/<uuid:item_id>/", person.close_project, name="close_project"),
    path("henkilot/<uuid:person_id>/informoitu/", person.informed, name="informed"),
    path("henkilot/<uuid:person_id>/kieli/", person.language, name="language"),
    path("henkilot/<uuid:person_id>/markkinointi/", permissions.marketing, name="marketing"),
    path("henkilot/<uuid:person_id>/markkinointikielto/", marketing.objection, name="objection"),
    path("henkilot/<uuid:person_id>/markkinointikielto/kumoa/", permissions.lift_objection, name="lift_objection"),
    path("henkilot/<uuid:person_id>/osoitekielto/", permissions.suppress, name="suppress"),
    path("henkilot/<uuid:person_id>/osoitekielto/kumoa/", permissions.lift_suppression, name="lift_suppression"),
    path("henkilot/<uuid:person_id>/rajoitus/", permissions.restrict, name="restrict"),
    path(
        "henkilot/<uuid:person_id>/rajoitus/<uuid:restriction_id>/paata/",
        permissions.lift_restriction,
        name="lift_restriction",
    ),
    path("henkilot/<uuid:person_id>/puhelinkielto/<uuid:item_id>/", permissions.prohibition, name="prohibition"),
    path("henkilot/<uuid:person_id>/tyotehtava/<uuid:item_id>/", permissions.relevance, name="relevance"),
    path("henkilot/<uuid:person_id>/suostumus/", marketing.consent, name="consent"),
    path("henkilot/<uuid:person_id>/suostumus/peruutus/", marketing.withdrawal, name="withdrawal"),
    path("henkilot/<uuid:person_id>/suostumus/kieltaytyminen/", marketing.refusal, name="refusal"),
    path("henkilot/<uuid:person_id>/suostumus/kuitti/<uuid:reference>/", permissions.receipt, name="receipt"),
    path(
        "henkilot/<uuid:person_id>/suostumus/kuitti/<uuid:reference>.json",
        permissions.receipt_file,
        name="receipt_file",
    ),
    path(
        "henkilot/<uuid:person_id>/suostumus/kuitti/<uuid:reference>.pdf", permissions.receipt_pdf, name="receipt_pdf"
    ),
    path("henkilot/<uuid:person_id>/suostumus/virhe/<uuid:reference>/", permissions.annul, name="annul"),
    path("henkilot/<uuid:person_id>/oikaisut/<uuid:correction_id>/", given.sealed, name="sealed"),
    path("henkilot/<uuid:person_id>/luovutukset/", given.given, name="given"),
    path("henkilot/<uuid:person_id>/luovutukset/uusi/", given.note_given, name="note_given"),
    path("henkilot/<uuid:person_id>/katsojat/", record.who_saw, name="who_saw"),
    path("henkilot/<uuid:person_id>/viesti/<uuid:message_id>/", messages.enter_for, name="enter_for"),
    path("viestit/", messages.waiting, name="messages"),
    path("viestit/<uuid:message_id>/", messages.message, name="message"),
    path("viestit/<uuid:message_id>/uusi-henkilo/", messages.enter_new, name="enter_new"),
    path("viestit/<uuid:message_id>/hylkaa/", messages.decline, name="decline"),
    path("viestit/<uuid:message_id>/kasitelty/", messages.handled, name="handled"),
    path("viestit/<uuid:message_id>/palauta/", messages.message_back, name="message_back"),
    path("lahtevat/", outbox.outbox, name="outbox"),
    path("lahtevat/<uuid:message_id>/", outbox.sent, name="sent"),
    path("lahtevat/<uuid:message_id>/peruuta/", outbox.cancel, name="sent_cancel"),
    path("lahtevat/<uuid:message_id>/ratkaise/", outbox.decide, name="sent_decide"),
    path("organisaatiot/", organisations.organisations, name="organisations"),
    path("organisaatiot/uusi/", organisations.add_organisation, name="add_organisation"),
    path("organisaatiot/<uuid:organisation_id>/", organisations.organisation, name="organisation"),
    path("informoitavat/", duties_owed.owed, name="owed"),
    path("vastaanottajat/", given.recipients, name="recipients"),
    path("vastaanottajat/<uuid:notice_id>/", given.recipient_notice, name="recipient_notice"),
    path("poistuvat/", going.going, name="going"),
    path("poistuvat/henkilot/", duties_owed.ending, name="ending"),
    path("poistuvat/koneisto/", going.machine, name="machine"),
    path("loki/", record.record, name="record"),
    path("loki/tili/<uuid:account_id>/", record.touched, name="touched"),
    path("evasteet/", terminal.staff_page, name="cookies"),
    path("seloste/", of_the_notice(notices.lint_page), name="notice"),
    path("seloste/art30/", of_the_notice(notices.record_page), name="notice_record"),
    path("seloste/art30.csv", of_the_notice(notices.record_csv), name="notice_record_csv"),
    path("seloste/versiot/", of_the_notice(notices.staff_versions_page), name="notice_versions"),
    path(
        "seloste/versiot/<version:first>/<version:second>/",
        of_the_notice(notices.staff_difference_page),
        name="notice_difference",
    ),
]
