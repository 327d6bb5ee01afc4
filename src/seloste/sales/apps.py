"""The room's place in Django."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """The staff's pages over orders, payments and services."""

    name = "seloste.sales"
