"""The room's place in Django."""

from django.apps import AppConfig


class TerminalConfig(AppConfig):
    """What is stored on a visitor's device, and what the visitor chose."""

    name = "seloste.terminal"
