"""What the nightly canary has here: a subscription that has ended, with a change somebody asked for, and a file."""

from datetime import timedelta
from uuid import UUID, uuid4

from seloste.erasure.canary import Canary
from seloste.kernel.clock import local_date
from seloste.kernel.duty import NOBODY
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.money import NOTHING
from seloste.register.choices import Source
from seloste.services.choices import AskedBy, ChangeKind, Interval, State
from seloste.services.models import Deliverable, DownloadLink, Subscription, SubscriptionChange, SubscriptionPeriod
from seloste.shop.choices import Linked, OrderState, PaysBy
from seloste.shop.models import Order, OrderLine

_NOWHERE = UUID(int=0)


def plant(canary: Canary) -> None:
    """Plant it under an order that was cancelled: nothing follows from it."""
    order = _order(canary)
    row = _subscription(canary, order, _line(canary, order, place=1))
    _change(canary, row)
    _file(canary, order, _line(canary, order, place=2))


def _order(canary: Canary) -> Order:
    return Order.objects.create(
        id=new_id(canary.at),
        reference=free_reference("T", is_taken=lambda drawn: Order.objects.filter(reference=drawn).exists()),
        token=uuid4(),
        language="fi",
        notice_version_id=canary.origin.notice_version_id,
        state=OrderState.CANCELLED,
        placed_at=canary.at,
        ended_at=canary.at,
        confirmed_at=canary.at,
        person_id=canary.person_id,
        linked_how=Linked.NEW,
        linked_at=canary.at,
        linked_by=NOBODY,
        family_name=canary.word("subscriber"),
        email=canary.email,
        street=canary.word("subscriber street"),
        city="Helsinki",
        country="FI",
        pays_by=PaysBy.INVOICE,
        **dict.fromkeys(("net", "vat", "gross"), NOTHING),
    )


def _line(canary: Canary, order: Order, *, place: int) -> OrderLine:
    return OrderLine.objects.create(
        id=new_id(canary.at),
        order=order,
        place=place,
        kind="subscription",
        title=canary.word(f"service line {place}"),
        quantity=1,
        **dict.fromkeys(("unit_net", "unit_gross", "net", "vat", "gross", "vat_rate"), NOTHING),
        vat_category="S",
        vat_scheme="domestic",
        vat_country="FI",
        vat_kind="service",
        rate_class="standard",
    )


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
