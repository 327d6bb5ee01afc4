"""The room's one address. It is printed on receipts, so it never changes and has no language."""

from django.urls import path

from seloste.consents import views

app_name = "consents"

urlpatterns = [path(".well-known/consent-receipt-key.json", views.receipt_key, name="receipt_key")]
