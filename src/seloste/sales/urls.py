"""The room's addresses, under the desk's own. None of them carries anything about a person but a random id."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from seloste.sales.choices import ListKey
from seloste.sales.shown.shelves import SHELVES
from seloste.sales.views import (
    bulk,
    coupons,
    exporting,
    listing,
    order,
    owed,
    payments,
    sales,
    services,
    withdrawals,
)

app_name = "sales"

_LISTS = {
    ListKey.ORDERS: "tilaukset/",
    ListKey.PAYMENTS: "maksut/",
    ListKey.INVOICES: "laskut/",
    ListKey.SERVICES: "tilauspalvelut/",
    ListKey.COUPONS: "kupongit/",
}
#: What can be begun from a list: the page, and what its button says.
_NEW = {ListKey.COUPONS: ("sales:new_coupon", _("New coupon"))}

urlpatterns = [
    *(path(place, listing.list_page(SHELVES[key], new=_NEW.get(key)), name=key) for key, place in _LISTS.items()),
    path("tilaukset/peruutukset/", withdrawals.waiting, name="withdrawals"),
    path("tilaukset/peruutukset/<uuid:withdrawal_id>/", withdrawals.settle, name="withdrawal"),
    path("tilaukset/peruutukset/<uuid:withdrawal_id>/tilaus/", withdrawals.match, name="match"),
    path("tilaukset/<uuid:order_id>/", order.order, name="order"),
    path("tilaukset/<uuid:order_id>/kenen/", order.whose, name="whose"),
    path("tilaukset/<uuid:order_id>/viestit/<uuid:message_id>/", order.handled, name="handled"),
    path("tilaukset/<uuid:order_id>/tehtavat/<uuid:task_id>/", order.task, name="task"),
    path("tilaukset/<uuid:order_id>/<slug:key>/", order.deed, name="deed"),
    path("maksut/selvitettavat/", payments.odd, name="odd"),
    path("maksut/selvitettavat/<uuid:trouble_id>/", payments.settle, name="settle_odd"),
    path("maksut/<uuid:payment_id>/", payments.payment, name="payment"),
    path("maksut/<uuid:payment_id>/kysy/", payments.ask, name="ask"),
    path("maksut/<uuid:payment_id>/palautukset/<uuid:refund_id>/", payments.by_hand, name="by_hand"),
    path("maksut/<uuid:payment_id>/palautukset/<uuid:refund_id>/tilille/", payments.pay_by_hand, name="pay_by_hand"),
    path("maksut/<uuid:payment_id>/palautukset/<uuid:refund_id>/selvita/", payments.resolve, name="resolve"),
    path("tilauspalvelut/palautettavat/", owed.waiting, name="owed"),
    path("tilauspalvelut/palautettavat/<uuid:change_id>/", owed.give_back, name="give_back"),
    path("tilauspalvelut/<uuid:subscription_id>/", services.service, name="service"),
    path("tilauspalvelut/<uuid:subscription_id>/<slug:key>/", services.change, name="change"),
    path("kupongit/uusi/", coupons.new, name="new_coupon"),
    path("kupongit/<uuid:coupon_id>/", coupons.coupon, name="coupon"),
    path("kupongit/<uuid:coupon_id>/lopeta/", coupons.stop, name="stop_coupon"),
    path("myynti/", sales.sales, name="sales"),
    path("joukko/<slug:key>/", bulk.bulk, name="bulk"),
    path("vie/<slug:key>/", exporting.export, name="export"),
    path("nakymat/<slug:key>/", listing.save_view, name="save_view"),
    path("nakymat/<uuid:view_id>/poista/", listing.remove_view, name="remove_view"),
]
