"""What the nightly canary has here: a subscription that has ended, with a change somebody asked for, and a file."""

from datetime import timedelta
from uuid import UUID, uuid4

from seloste.erasure.canary import Canary
from seloste.kernel.clock import local_date
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.money import NOTHING
from seloste.register.choices import Source
from seloste.services.choices import AskedBy, ChangeKind, Interval, State
from seloste.services.models import Deliverable, DownloadLink, Subscription, SubscriptionChange, SubscriptionPeriod
from seloste.shop.canary import her_order, line_of
from seloste.shop.models import Order, OrderLine

_NOWHERE = UUID(int=0)


def plant(canary: Canary) -> None:
    """Plant it under an order that was cancelled: nothing follows from it."""
    order = her_order(canary, "order of a subscription")
    lines = [
        line_of(canary, order, place=place, kind="subscription", title=canary.word(f"service line {place}"))
        for place in (1, 2)
    ]
    _change(canary, _subscription(canary, order, lines[0]))
    _file(canary, order, lines[1])


def _subscription(canary: Canary, order: Order, line: OrderLine) -> Subscription:
    today = local_date(canary.at)
    return Subscription.objects.create(
        id=new_id(canary.at),
        reference=free_reference("S", is_taken=lambda drawn: Subscription.objects.filter(reference=drawn).exists()),
        order=order,
        line=line,
        product=_NOWHERE,
        variant=_NOWHERE,
        sku="",
        title=canary.word("subscription"),
        interval=Interval.MONTH,
        quantity=1,
        unit=NOTHING,
        is_gross=True,
        state=State.ENDED,
        anchor_on=today,
        length=30,
        since_on=today,
        until_on=today + timedelta(days=30),
        started_at=canary.at,
        ended_on=today,
    )


def _change(canary: Canary, row: Subscription) -> None:
    SubscriptionChange.objects.create(
        id=new_id(canary.at),
        subscription=row,
        number=1,
        token=uuid4(),
        kind=ChangeKind.ENDED,
        at=canary.at,
        effective_on=row.since_on,
        asked_by=AskedBy.CUSTOMER,
        asked_name=canary.word("who asked"),
        asked_on=row.since_on,
        source=Source.PHONE,
        source_detail=canary.word("how it was asked"),
        entered_by=canary.by.actor,
        variant=_NOWHERE,
        sku="",
        title=canary.word("changed title"),
        interval=Interval.MONTH,
        quantity=1,
        unit=NOTHING,
    )
    SubscriptionPeriod.objects.create(
        id=new_id(canary.at),
        subscription=row,
        begins_on=row.since_on,
        ends_on=row.until_on,
        amount=NOTHING,
        billed_at=canary.at,
    )


def _file(canary: Canary, order: Order, line: OrderLine) -> None:
    row = Deliverable.objects.create(
        id=new_id(canary.at),
        order=order,
        line=line,
        file=_NOWHERE,
        title=canary.word("file bought"),
        granted_at=canary.at,
        links=1,
    )
    DownloadLink.objects.create(
        id=new_id(canary.at),
        deliverable=row,
        number=1,
        made_at=canary.at,
        expires_at=canary.at + timedelta(days=1),
        most=1,
    )
