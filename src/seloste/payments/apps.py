"""The room's place in Django."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """How orders are paid: providers, what they tell us, and what follows from all of it."""

    name = "seloste.payments"
