"""The room's place in Django."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """What is sold: products, variants, prices with their history, and the value added tax of each place."""

    name = "seloste.catalogue"
