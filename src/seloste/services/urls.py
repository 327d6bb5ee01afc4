"""The room's addresses. They are the same words in every language: a link from months ago must still work."""

from django.urls import path

from seloste.services.views import downloads, subscription

app_name = "services"

urlpatterns = [
    path("tilauspalvelu/<slug:letters>/", subscription.page, name="subscription"),
    path("tilauspalvelu/<slug:letters>/muuta/", subscription.change, name="change"),
    path("tilauspalvelu/<slug:letters>/tauko/", subscription.pause, name="pause"),
    path("tilauspalvelu/<slug:letters>/irtisano/", subscription.cancel, name="cancel"),
    path("lataus/<slug:letters>/", downloads.download, name="download"),
    path("tilaus/<slug:letters>/lataus/<uuid:deliverable_id>/", downloads.new_link, name="new_link"),
]
