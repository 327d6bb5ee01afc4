"""The room's addresses, under the desk's own. None of them carries anything about a person but a random id."""

from django.urls import path

from seloste.sales.choices import ListKey
from seloste.sales.shown.shelves import SHELVES
from seloste.sales.views import bulk, exporting, listing, order, sales

app_name = "sales"

urlpatterns = [
    path("tilaukset/", listing.list_page(SHELVES[ListKey.ORDERS]), name="orders"),
    path("tilaukset/<uuid:order_id>/", order.order, name="order"),
    path("tilaukset/<uuid:order_id>/kenen/", order.whose, name="whose"),
    path("tilaukset/<uuid:order_id>/viestit/<uuid:message_id>/", order.handled, name="handled"),
    path("tilaukset/<uuid:order_id>/<slug:key>/", order.deed, name="deed"),
    path("myynti/", sales.sales, name="sales"),
    path("joukko/<slug:key>/", bulk.bulk, name="bulk"),
    path("vie/<slug:key>/", exporting.export, name="export"),
    path("nakymat/<slug:key>/", listing.save_view, name="save_view"),
    path("nakymat/<uuid:view_id>/poista/", listing.remove_view, name="remove_view"),
]
