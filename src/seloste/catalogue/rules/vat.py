"""Value added tax: which rate, of which country, paid by whom. Where anything is unknown, tax is charged.

The seller is in Finland (AVL = Arvonlisäverolaki 1501/1993; the Directive = 2006/112/EC; the Regulation = 282/2011).
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from seloste.catalogue.choices import RateClass, Scheme, VatCategory, VatKind, VatNote

HOME = "FI"
NO_TAX = Decimal(0)
#: To the tax, Monaco is France (the Directive, art. 7).
_SAME_AS = MappingProxyType({"MC": "FR", "EL": "GR"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Vat:
    """How one supply is taxed: ``rate`` in per cent, ``country`` whose tax it is, ``note`` what the buyer is told."""

    rate: Decimal
    category: VatCategory
    scheme: Scheme
    country: str
    note: VatNote = VatNote.NONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """A rate in per cent and the day from which it holds."""

    since: date
    per_cent: Decimal


@cache
def finnish_rates() -> dict[str, Sequence[Rate]]:
    """Return the Finnish rates by class, oldest first."""
    return {key: _rates(found["rates"]) for key, found in _file()["finland"].items()}


@cache
def standard_rates() -> dict[str, Sequence[Rate]]:
    """Return the standard rates of the other member states by country, oldest first."""
    return {country: _rates(rows) for country, rows in _file()["member_states"].items()}


@cache
def _file() -> dict[str, dict]:  # type: ignore[type-arg]  # as TOML is
    return tomllib.loads(files("seloste.catalogue.rules").joinpath("vat.toml").read_text(encoding="utf-8"))


def _rates(rows: list[dict]) -> tuple[Rate, ...]:  # type: ignore[type-arg]
    found = (Rate(since=row["from"], per_cent=Decimal(row["per_cent"])) for row in rows)
    return tuple(sorted(found, key=lambda rate: rate.since))


def home_rate(rate_class: str, on: date) -> Decimal:
    """Return the Finnish rate of the class on the day; of an unknown class, the general one."""
    rates = finnish_rates()
    return _on(rates.get(rate_class) or rates[RateClass.STANDARD], on)


def _on(rates: Sequence[Rate], on: date) -> Decimal:
    held = [rate for rate in rates if rate.since <= on]
    return (held[-1] if held else rates[0]).per_cent


def is_in_union(country: str) -> bool:
    """Tell whether the country is a member state, other than Finland."""
    return _plain(country) in standard_rates()


def treatment(
    *,
    country: str,
    is_business: bool,
    vat_number_valid: bool,
    vat_kind: str,
    rate_class: str,
    on: date,
    seller: str = HOME,
) -> Vat:
    """Return how a supply is taxed on the day.

    ``country`` is the buyer's (ISO 3166); ``vat_number_valid`` tells that the buyer's VAT number was checked and found
    valid or, outside the Union, that its being a business is proven. ValueError for a seller outside Finland.
    """
    if seller != HOME:
        raise ValueError("the seller is in Finland")
    where, proven = _plain(country), is_business and vat_number_valid
    if where in standard_rates():
        note = VatNote.NUMBER_NOT_CHECKED if is_business else VatNote.NONE
        return _to_business(where, vat_kind) if proven else _to_consumer(where, vat_kind, rate_class, on, note)
    if where in _outside_the_union():
        note = VatNote.BUSINESS_NOT_PROVEN if is_business and not proven else VatNote.NONE
        return _export(where, vat_kind, proven=proven) or _domestic(rate_class, on, note)
    return _domestic(rate_class, on)


def _to_business(country: str, vat_kind: str) -> Vat:
    """Return the tax of a supply to a business in another member state: AVL 65 § (services), 72 a § (goods)."""
    if vat_kind == VatKind.GOODS:
        category, note = VatCategory.INTRA, VatNote.INTRA_COMMUNITY
    else:
        category, note = VatCategory.REVERSE, VatNote.REVERSE_CHARGE
    return Vat(rate=NO_TAX, category=category, scheme=Scheme.REVERSE_CHARGE, country=country, note=note)


def _to_consumer(country: str, vat_kind: str, rate_class: str, on: date, note: VatNote) -> Vat:
    """Return the tax of a supply to a consumer in another member state: AVL 69 i § and 63 a § there, 66 § here.

    A business without a valid number is one to the tax (the Regulation, art. 18(2)).
    """
    if vat_kind not in {VatKind.ELECTRONIC, VatKind.GOODS}:
        return _domestic(rate_class, on, note)
    rate = _on(standard_rates()[country], on)
    told = note or VatNote.OSS
    return Vat(rate=rate, category=VatCategory.STANDARD, scheme=Scheme.OSS, country=country, note=told)


def _domestic(rate_class: str, on: date, note: VatNote = VatNote.NONE) -> Vat:
    rate = home_rate(rate_class, on)
    category = VatCategory.STANDARD if rate else VatCategory.ZERO
    told = note if rate else VatNote.NO_TAX
    return Vat(rate=rate, category=category, scheme=Scheme.DOMESTIC, country=HOME, note=told)


def _export(country: str, vat_kind: str, *, proven: bool) -> Vat | None:
    """Return the supply that is not taxed outside the Union, or None where Finnish tax is charged.

    AVL 70 § (goods), 69 i § (electronic services to anybody), 65 § (other services to businesses).
    """
    if vat_kind == VatKind.GOODS:
        return _untaxed(country, VatCategory.EXPORT, VatNote.EXPORT)
    if vat_kind == VatKind.ELECTRONIC or (vat_kind == VatKind.SERVICE and proven):
        return _untaxed(country, VatCategory.OUTSIDE, VatNote.OUTSIDE_FINLAND)
    return None


def _untaxed(country: str, category: VatCategory, note: VatNote) -> Vat:
    return Vat(rate=NO_TAX, category=category, scheme=Scheme.OUTSIDE, country=country, note=note)


def _plain(country: str) -> str:
    code = country.strip().upper()
    return _SAME_AS.get(code, code)


@cache
def _outside_the_union() -> frozenset[str]:
    return frozenset(_file()["countries"]["outside_the_union"])
