"""The room's place in Django."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff logins, duties and the confidentiality undertaking."""

    name = "seloste.accounts"

    def ready(self) -> None:
        """Declare what the tables of the sign-in packages hold."""
        import_module("seloste.accounts.holdings")
