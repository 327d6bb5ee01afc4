"""The room's place in Django."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Staff logins, duties and the confidentiality undertaking."""

    name = "seloste.accounts"

    def ready(self) -> None:
        """Declare what the tables of the sign-in packages hold, and what of this room goes when its time is up."""
        from seloste.accounts.retention import STORES  # noqa: PLC0415 -- tables exist only from here on
        from seloste.kernel import retention  # noqa: PLC0415 -- ready() is where rooms register themselves

        import_module("seloste.accounts.holdings")
        for store in STORES:
            retention.register(store)
