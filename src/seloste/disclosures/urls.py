"""The room's one open address: the same in every language, for it is sent in letters."""

from django.urls import path

from seloste.disclosures import views

app_name = "disclosures"

urlpatterns = [path("vastaanottajat/<slug:letters>/", views.notice, name="notice")]
