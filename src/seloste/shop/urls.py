"""Addresses of the shop, in the reader's language."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from seloste.shop.views import cart, checkout

app_name = "shop"

urlpatterns = [
    path(_("cart/"), cart.cart, name="cart"),
    path(_("cart/add/"), cart.add, name="add"),
    path(_("checkout/"), checkout.checkout, name="checkout"),
    path(_("checkout/thanks/<str:letters>/"), checkout.thanks, name="thanks"),
    path(_("terms-of-sale/"), checkout.terms, name="terms"),
]
