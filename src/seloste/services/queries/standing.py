"""A subscription's row as the rules know it."""

from seloste.services.models import Subscription, SubscriptionChange
from seloste.services.rules.life import Rise, Standing, Terms
from seloste.shop.rules.buyers import needs_check
from seloste.shop.rules.pricing import Buyer


def hangs_on_vat_number(row: Subscription) -> bool:
    """Tell whether the tax of a subscription hangs on its buyer's VAT number."""
    buyer = row.order
    return needs_check(Buyer(country=buyer.country, is_business=buyer.is_business, vat_number=buyer.vat_number))


def terms_of(row: Subscription | SubscriptionChange) -> Terms:
    """Return what the subscription is for now, or what the change makes it."""
    return Terms(variant=row.variant, interval=row.interval, quantity=row.quantity, unit=row.unit)


def standing_of(row: Subscription) -> Standing:
    """Return where the subscription stands."""
    has_rise = row.rise_unit is not None and row.rise_on is not None
    return Standing(
        state=row.state,
        terms=terms_of(row),
        anchor_on=row.anchor_on,
        number=row.number,
        length=row.length,
        used=row.used,
        since_on=row.since_on,
        discount=row.discount,
        next_terms=terms_of(row.next_change) if row.next_change else None,
        rise=Rise(unit=row.rise_unit, on=row.rise_on) if has_rise else None,  # type: ignore[arg-type]  # both are there
        resumes_on=row.resumes_on,
    )
