"""Addresses of the shop, in the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from seloste.shop.views import cart, checkout, order, withdrawal

app_name = "shop"

urlpatterns = [
    path(_("cart/"), cart.cart, name="cart"),
    path(_("cart/add/"), cart.add, name="add"),
    path(_("checkout/"), checkout.checkout, name="checkout"),
    path(_("checkout/thanks/<str:letters>/"), checkout.thanks, name="thanks"),
    path(_("terms-of-sale/"), checkout.terms, name="terms"),
    # The same words in every language: a link from months ago must still work.
    path("tilaus/<slug:letters>/", order.order, name="order"),
    path("tilaus/<slug:letters>/peruuta/", order.withdraw, name="withdraw"),
    path("tilaus/<slug:letters>/vahvistus.pdf", order.confirmation, name="confirmation"),
    path("tilaus/<slug:letters>/lasku/<uuid:invoice_id>.pdf", order.voucher, name="voucher"),
    path("peruuta/", withdrawal.form_page, name="withdrawal"),
]
