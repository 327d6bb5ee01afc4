"""Puts invented products on sale in a scratch database. Imported only where Django is set up."""

from decimal import Decimal
from io import BytesIO

from PIL import Image

from seloste.catalogue import actions
from seloste.catalogue.choices import Interval, ProductKind, RateClass, VatKind
from seloste.catalogue.rules.words import LANGUAGES, Words
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.notices.actions import ensure_published

_NAMES = {"fi": "Palvelu", "sv": "Tjänst", "en": "Service"}


def fill(products: int) -> None:
    """Publish the notice and put so many services on sale, each with a picture and words in all languages."""
    at, by, picture = now(), system("order"), _picture()
    ensure_published(at=at)
    for number in range(products):
        words = {language: _words(language, number) for language in LANGUAGES}
        product = actions.add_product(
            by=by,
            at=at,
            kind=ProductKind.PROJECT,
            vat_kind=VatKind.SERVICE,
            rate_class=RateClass.STANDARD,
            group="",
            position=number,
            words=words,
        )
        alt = {language: f"{_NAMES[language]} {number}" for language in LANGUAGES}
        actions.add_picture(by=by, at=at, product_id=product, content=picture, alt=alt)
        variant = actions.add_variant(by=by, at=at, product_id=product, sku=f"S-{number}", interval=Interval.ONCE)
        amount = Decimal(10 + number % 90)
        actions.set_price(by=by, at=at, variant_id=variant, amount=amount, vat_included=True)
        actions.publish(by=by, at=at, product_id=product)


def _words(language: str, number: int) -> Words:
    title = f"{_NAMES[language]} {number}"
    text = "Mitä se on, muutamin sanoin. " * 20
    return Words(
        title=title,
        summary=title,
        text=text,
        included="Yksi\nKaksi",
        slug=f"{title}".lower().replace("ä", "a").replace(" ", "-"),
    )


def _picture() -> bytes:
    drawn = BytesIO()
    Image.new("RGB", (800, 600), (60, 90, 120)).save(drawn, "PNG")
    return drawn.getvalue()
