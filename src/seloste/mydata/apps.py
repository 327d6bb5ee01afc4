"""The room's place in Django."""

from django.apps import AppConfig


class MyDataConfig(AppConfig):
    """My data: the person's own page."""

    name = "seloste.mydata"
