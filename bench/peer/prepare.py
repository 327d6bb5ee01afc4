"""Make the peer's tables and its catalogue: ``python prepare.py <products>``, by the peer's own interpreter."""
# mypy: ignore-errors
# ruff: noqa: INP001, PLC0415

import os
import sys
from decimal import Decimal

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()


def stock(products: int) -> None:
    """Fill the shop with products that need no shipping, as ours do not."""
    from django.core.files.base import ContentFile
    from oscar.apps.address.models import Country
    from oscar.apps.catalogue.models import Category, Product, ProductClass, ProductImage
    from oscar.apps.partner.models import Partner, StockRecord

    Country.objects.get_or_create(
        iso_3166_1_a2="FI", defaults={"printable_name": "Finland", "name": "Finland", "is_shipping_country": True}
    )
    kind = ProductClass.objects.create(name="Service", requires_shipping=False, track_stock=False)
    shelf = Category.add_root(name="Services")
    partner = Partner.objects.create(name="Peer")
    for number in range(products):
        product = Product.objects.create(
            product_class=kind, title=f"Service {number}", description="What it is, in some words. " * 20
        )
        product.categories.add(shelf)
        ProductImage.objects.create(product=product, original=ContentFile(_picture(), f"service-{number}.png"))
        price = Decimal(10 + number % 90)
        StockRecord.objects.create(
            product=product, partner=partner, partner_sku=f"S{number}", price_currency="EUR", price=price
        )


def _picture() -> bytes:
    """Return a picture: without one oscar looks for it at every request, which would be no fair comparison."""
    from io import BytesIO

    from PIL import Image

    drawn = BytesIO()
    Image.new("RGB", (400, 300), (60, 90, 120)).save(drawn, "PNG")
    return drawn.getvalue()


if __name__ == "__main__":
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    stock(int(sys.argv[1]))
