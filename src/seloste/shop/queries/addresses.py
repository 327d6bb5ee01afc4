"""To whom an order is billed and where it goes, as it is written on an envelope."""

from babel import Locale

from seloste.shop.models import Order
from seloste.shop.rules.buyers import HOME


def billed_to(order: Order) -> list[str]:
    """Return the lines of the billing address, the company first; the country only where it is not ours."""
    name = f"{order.given_name} {order.family_name}".strip()
    place = f"{order.postal_code} {order.city}".strip()
    return _written(order.company, name, order.street, place, _abroad(order.country, order.language))


def delivered_to(order: Order) -> list[str]:
    """Return the lines of the address to which goods go; none where it is the billing address."""
    if not order.delivery_street:
        return []
    place = f"{order.delivery_postal_code} {order.delivery_city}".strip()
    country = _abroad(order.delivery_country or HOME, order.language)
    return _written(order.delivery_name, order.delivery_street, place, country)


def _written(*lines: str) -> list[str]:
    return [line for line in lines if line]


def _abroad(country: str, language: str) -> str:
    return "" if country == HOME else str(Locale.parse(language).territories.get(country, country))
