"""What the demo sells can be sold."""

import pytest

from seloste.catalogue import queries
from seloste.catalogue.queries import files, pages
from seloste.config import demo_shop
from seloste.kernel.clock import now

pytestmark = pytest.mark.django_db


def test_demo_shop_is_whole_in_three_languages_and_filled_once() -> None:
    at = now()
    demo_shop.load(at=at)
    demo_shop.load(at=at)

    for language in ("fi", "sv", "en"):
        shown = [product for shelf in pages.shelves(language, at) for product in shelf.products]
        assert len(shown) == 6
        assert all(product.title and product.available and product.picture for product in shown)
    shown = [product for shelf in pages.shelves("fi", at) for product in shelf.products]
    reduced = [variant for product in shown for variant in product.variants if variant.lowest]
    assert [(variant.sku, str(variant.gross), str(variant.lowest)) for variant in reduced] == [
        ("OPAS-PDF", "19.90", "24.90")
    ]
    assert queries.offers([reduced[0].id], at)[reduced[0].id].has_file
    assert files.newest(reduced[0].id) is not None
