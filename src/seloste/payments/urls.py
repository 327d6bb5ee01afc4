"""The room's addresses: the payer's page, in every language, and where providers send their messages, in none."""

from django.urls import path

from seloste.payments.views import public, webhooks

app_name = "payments"

urlpatterns = [
    path("maksu/<slug:letters>/", public.page, name="page"),
    path("maksu/<slug:letters>/tapa/", public.page, name="choose"),
    path("maksu/<slug:letters>/siirto/", public.go, name="go"),
    path("maksu/<slug:letters>/paluu/", public.back, name="back"),
    path("maksu/<slug:letters>/keskeytys/", public.cancelled, name="cancelled"),
    path("maksu/<slug:letters>/uudelleen/", public.again, name="again"),
    path("maksu/<slug:letters>/linkki/", public.link, name="link"),
]

#: The same words for every provider and language: they are written down in the providers' services.
told = ([path("<slug:way>/", webhooks.told, name="told")], "webhooks")
