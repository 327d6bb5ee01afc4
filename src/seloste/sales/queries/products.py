"""What is sold, for choosing by it. Nothing here is about a person."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils.translation import get_language

from seloste.catalogue.models import ProductText

#: A list to choose from that is longer is no list; the rest are found through their orders.
MOST = 300


def product_names(ids: Iterable[UUID] | None = None) -> dict[UUID, str]:
    """Return what the products are called in the reader's language; in Finnish where that has no words."""
    language = get_language() or "fi"
    rows = ProductText.objects.filter(language__in=[language, "fi"])
    rows = rows if ids is None else rows.filter(product__in=list(ids))
    found: dict[UUID, str] = {}
    for product, title, said in rows.values_list("product_id", "title", "language"):
        if title and (said == language or product not in found):
            found[product] = title
    return found


def product_options() -> Sequence[tuple[str, str]]:
    """Return the products to choose from, by name."""
    named = sorted(product_names().items(), key=lambda pair: pair[1].casefold())
    return [(str(product), title) for product, title in named[:MOST]]
