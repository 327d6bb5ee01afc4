"""The room's place in Django."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Buying: cart, quote, order, and what happens to an order afterwards (S4.2, S4.4)."""

    name = "seloste.shop"
