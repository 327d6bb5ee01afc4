"""Each day the books are compared with the provider's own, where its protocol can list them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import structlog

from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.money import from_cents, in_cents
from seloste.payments import transport
from seloste.payments.actions import troubles
from seloste.payments.choices import Trouble, Way
from seloste.payments.models import Payment, Tally

_log = structlog.stdlib.get_logger("seloste.payments")

#: How many days back are compared where no worker ran.
BACK = 7


def reconcile(*, at: datetime) -> int:
    """Compare each of the last days that was not compared yet; return how many were. Asks the network."""
    done = 0
    for way in transport.set_up():
        provider = transport.provider(way)
        for day in _days(way, at) if provider else ():
            try:
                done += provider is not None and _compare(provider, day, at)
            except (transport.Away, transport.Refused) as wrong:
                _log.warning("payments.not_compared", provider=way, error=type(wrong).__name__)
    return done


def _days(way: Way, at: datetime) -> list[date]:
    yesterday = local_date(at) - timedelta(days=1)
    known = set(
        Tally.objects.filter(provider=way, day__gte=yesterday - timedelta(days=BACK)).values_list("day", flat=True)
    )
    return [day for day in (yesterday - timedelta(days=n) for n in range(BACK)) if day not in known]


def _compare(provider: transport.Provider, day: date, at: datetime) -> bool:
    """Compare one day; return whether the provider could tell."""
    first = datetime.combine(day, time(), tzinfo=HELSINKI)
    end = datetime.combine(day + timedelta(days=1), time(), tzinfo=HELSINKI)
    listed = provider.paid_between(first, end)
    if listed is None:
        return False
    theirs = {told.provider_id: int(told.facts.get("captured") or 0) for told in listed}
    ours = _ours(provider.way, theirs)
    for provider_id in theirs.keys() - {one.provider_id for one in ours}:
        kind = Trouble.NOT_HELD
        troubles.tell(
            at=at,
            kind=kind,
            provider=provider.way,
            mark=f"{kind}:{provider_id}",
            amount=from_cents(theirs[provider_id]),
        )
    _ask_again([one for one in ours if in_cents(one.paid_amount) != theirs[one.provider_id]], at)
    Tally.objects.bulk_create([_tally(provider.way, day, theirs, ours, at)], ignore_conflicts=True)
    return True


def _ours(way: Way, theirs: Iterable[str]) -> list[Payment]:
    return list(Payment.objects.filter(provider=way, provider_id__in=list(theirs)))


def _ask_again(payments: list[Payment], at: datetime) -> None:
    Payment.objects.filter(id__in=[one.id for one in payments]).update(ask_at=at)


def _tally(way: Way, day: date, theirs: dict[str, int], ours: list[Payment], at: datetime) -> Tally:
    paid = [one for one in ours if one.paid_at]
    return Tally(
        provider=way,
        day=day,
        theirs=len(theirs),
        ours=len(paid),
        their_amount=from_cents(sum(theirs.values())),
        our_amount=sum((one.paid_amount for one in paid), from_cents(0)),
        made_at=at,
    )
