"""The room's addresses, under the desk's own. None of them carries anything about a person but a random id."""

from django.urls import path

from seloste.invoices.views import bank, exporting, sheets

app_name = "invoices"

urlpatterns = [
    path("myohassa/", sheets.late, name="late"),
    path("vienti/", exporting.export, name="export"),
    path("pankki/", bank.account, name="bank"),
    path("pankki/<uuid:entry_id>/", bank.entry, name="entry"),
    path("pankki/<uuid:entry_id>/kohdista/", bank.put, name="put"),
    path("pankki/<uuid:entry_id>/sivuun/", bank.aside, name="aside"),
    path("pankki/<uuid:entry_id>/takaisin/", bank.take_up, name="take_up"),
    path("pankki/<uuid:entry_id>/<uuid:match_id>/peru/", bank.undo, name="undo"),
    path("<uuid:invoice_id>/", sheets.invoice, name="invoice"),
    path("<uuid:invoice_id>/hyvita/", sheets.credit, name="credit"),
    path("<uuid:invoice_id>/muistuta/", sheets.remind, name="remind"),
    path("<uuid:invoice_id>/tiedosto/<slug:kind>/", sheets.file, name="file"),
]
