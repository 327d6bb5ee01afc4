"""What the demo sells: services, a licence, subscriptions, a project, a guide to download and a thing by post."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import typst

from seloste.catalogue import actions
from seloste.catalogue.choices import Interval, ProductKind, RateClass, VatKind
from seloste.catalogue.models import Product
from seloste.catalogue.rules.words import LANGUAGES, Words
from seloste.config.demo_drawings import drawing
from seloste.kernel.duty import Duty, system

_FILE = Path(__file__).with_name("demo_shop.toml")
#: On sale since, and when the price of what is reduced went down.
_SINCE, _REDUCED = timedelta(days=75), timedelta(days=4)

_GUIDE = r"""
#set document(title: "Pienen yrityksen tietosuoja", author: "Husgrove")
#set text(lang: "fi", size: 11pt)
#set page(paper: "a5", margin: 18mm, numbering: "1")
= Pienen yrityksen tietosuoja
_Demon esimerkkiopas._

== 1. Kerro, mitä teet
Kirjoita seloste, jonka itsekin luet. Sano, mitä tietoja pyydät, miksi ja kuinka kauan ne säilytät.

== 2. Pyydä vain se, mitä tarvitset
Jos et osaa sanoa, mihin kenttää käytetään, poista kenttä.

== 3. Anna tietojen lähteä
Merkitse jokaiselle tiedolle päivä, jona se poistetaan. Laskut pysyvät kuusi vuotta, yhteydenotto ei.

== 4. Vastaa kuukaudessa
Kun joku pyytää tietojaan, vastaa kuukauden kuluessa. Parhaiten se käy, kun hän näkee ne itse.

== Muistilista
- Seloste on sivuilla ja ajan tasalla.
- Lomakkeissa kerrotaan, miksi kysytään.
- Markkinointiin on lupa, joka on erikseen annettu.
- Varmuuskopio on kokeiltu.
"""


def load(*, at: datetime) -> None:
    """Fill the shop; once."""
    if Product.objects.exists():
        return
    told = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    by, since = system("order"), at - _SINCE
    for place, (key, names) in enumerate(told["groups"].items()):
        actions.add_group(by=by, at=since, key=key, names=names, position=place)
    for place, product in enumerate(told["products"]):
        _product(by, at, product, position=place)


def _product(by: Duty, at: datetime, told: Mapping[str, Any], *, position: int) -> None:
    since = at - _SINCE + timedelta(minutes=position)
    product = actions.add_product(
        by=by,
        at=since,
        kind=ProductKind(told["kind"]),
        vat_kind=VatKind(told["vat_kind"]),
        rate_class=RateClass(told.get("rate_class", RateClass.STANDARD)),
        group=told["group"],
        position=position,
        words={language: _words(told[language]) for language in LANGUAGES},
    )
    alt = {language: told[language]["alt"] for language in LANGUAGES}
    actions.add_picture(by=by, at=since, product_id=product, content=drawing(told["drawing"]), alt=alt)
    variants = [_variant(by, since, product, variant) for variant in told["variants"]]
    if "file" in told:
        actions.add_file(by=by, at=since, variant_id=variants[0], name=told["file"], content=_guide(since))
    actions.publish(by=by, at=since, product_id=product)
    for variant, said in zip(variants, told["variants"], strict=True):
        if "reduced" in said:
            amount = Decimal(said["reduced"])
            actions.set_price(by=by, at=at - _REDUCED, variant_id=variant, amount=amount, is_reduction=True)


def _words(told: Mapping[str, str]) -> Words:
    return Words(
        title=told["title"],
        summary=told["summary"],
        text=told["text"].strip(),
        included=told["included"].strip(),
        slug=told["slug"],
    )


def _variant(by: Duty, at: datetime, product: UUID, told: Mapping[str, Any]) -> UUID:
    variant = actions.add_variant(
        by=by,
        at=at,
        product_id=product,
        sku=told["sku"],
        interval=Interval(told.get("interval", Interval.ONCE)),
        titles={language: told[language] for language in LANGUAGES if language in told},
        stock=told.get("stock"),
    )
    amount = Decimal(told.get("gross") or told["net"])
    actions.set_price(by=by, at=at, variant_id=variant, amount=amount, vat_included="gross" in told)
    return variant


def _guide(at: datetime) -> bytes:
    made = typst.compile(_GUIDE.encode(), format="pdf", pdf_standards="ua-1", timestamp=at.replace(microsecond=0))
    return bytes(made)
