"""What a subscription can be changed to, at the price its customer would pay."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from seloste.catalogue.queries import offer, offers_of
from seloste.catalogue.queries.offers import Offer
from seloste.kernel.money import cents
from seloste.services.choices import Interval
from seloste.services.models import Subscription
from seloste.services.rules.life import Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A variant of the same product as this customer could have it."""

    variant: UUID
    sku: str
    title: str
    interval: str
    unit: Decimal


def choices(row: Subscription, *, at: datetime) -> list[Choice]:
    """Return the variants it can be changed to: those on sale now, the present one left out, cheapest first."""
    found = [
        _choice(row, one, at=at)
        for one in offers_of(row.product, at)
        if one.available and one.interval in Interval.values and one.variant_id != row.variant
    ]
    return sorted(found, key=lambda one: (one.interval, one.unit, one.title))


def choice(row: Subscription, variant: UUID, *, at: datetime) -> Choice | None:
    """Return one of them; None where it is not one."""
    return next((one for one in choices(row, at=at) if one.variant == variant), None)


def present_unit(row: Subscription, *, at: datetime) -> Decimal | None:
    """Return what one of the present variant costs new customers now; None where it is not sold any more."""
    found = offer(row.variant, at)
    return _choice(row, found, at=at).unit if found else None


def terms(chosen: Choice, quantity: int) -> Terms:
    """Return the terms that the choice makes."""
    return Terms(variant=chosen.variant, interval=chosen.interval, quantity=quantity, unit=chosen.unit)


def _choice(row: Subscription, one: Offer, *, at: datetime) -> Choice:
    order = row.order
    vat = one.vat(
        at=at, country=order.country, is_business=order.is_business, vat_number_valid=row.line.vat_category == "AE"
    )
    unit = one.unit(vat, at=at)
    return Choice(
        variant=one.variant_id,
        sku=one.sku,
        title=one.title(order.language),
        interval=one.interval,
        unit=unit.gross if row.is_gross else cents(unit.net),
    )
