"""What search engines read on a product's page (schema.org), as data that nothing runs."""

import json
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from seloste.catalogue.choices import Interval
from seloste.catalogue.queries.pages import ShownProduct, ShownVariant
from seloste.catalogue.shown import addresses
from seloste.declaration.load import current
from seloste.kernel.money import EURO

_SCHEMA = "https://schema.org"
#: Codes of UN/CEFACT for how often a price is asked.
_UNITS = {Interval.MONTH: "MON", Interval.YEAR: "ANN"}
#: A block of data ends where HTML says so, whatever stands in it.
_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def product(shown: ShownProduct, *, url: str) -> SafeString:
    """Return the product with its offers."""
    found: dict[str, Any] = {
        "@context": _SCHEMA,
        "@type": "Product",
        "name": shown.title,
        "description": shown.summary,
        "url": url,
        "image": [addresses.absolute(addresses.of_picture(picture.plain, "jpeg")) for picture in shown.pictures],
        "offers": [_offer(variant, shown, url) for variant in shown.variants],
    }
    if len(shown.variants) == 1:
        found["sku"] = shown.variants[0].sku
    return _data(found)


def _offer(variant: ShownVariant, shown: ShownProduct, url: str) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "name": variant.title or shown.title,
        "sku": variant.sku,
        "url": url,
        "price": _number(variant.gross),
        "priceCurrency": EURO,
        "availability": f"{_SCHEMA}/{'InStock' if variant.available else 'OutOfStock'}",
        "priceSpecification": _price(variant),
        "seller": {"@type": "Organization", "name": current().controller.name},
    }


def _price(variant: ShownVariant) -> dict[str, Any]:
    found = {
        "@type": "UnitPriceSpecification",
        "price": _number(variant.gross),
        "priceCurrency": EURO,
        "valueAddedTaxIncluded": True,
    }
    unit = _UNITS.get(variant.interval)
    return found | {"billingDuration": 1, "unitCode": unit} if unit else found


def _number(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _data(found: dict[str, Any]) -> SafeString:
    return mark_safe(json.dumps(found, ensure_ascii=False).translate(_ESCAPED))  # noqa: S308 -- escaped above
