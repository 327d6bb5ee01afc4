"""What the nightly canary has in the shop: an order with everything that can hang on one, done and over."""

from uuid import uuid4

from seloste.erasure.canary import Canary
from seloste.kernel.duty import NOBODY
from seloste.kernel.ids import free_reference, new_id
from seloste.kernel.money import NOTHING
from seloste.payments import canary as payments
from seloste.shop.choices import Happened, Linked, OrderState, PaysBy, Side, WithdrawalState
from seloste.shop.models import Order, OrderEvent, OrderLine, OrderMessage, Withdrawal
from seloste.shop.rules import course


def plant(canary: Canary) -> None:
    """Plant an order of the person's own, and one that waits under her address. Nothing follows from either."""
    own = her_order(canary, "order")
    _hang(own, canary)
    payments.plant(at=canary.at, subject_key=course.key_of(own.id), word=canary.word("payment"))
    _order(canary, "waiting order")


def her_order(canary: Canary, what: str) -> Order:
    """Plant an order of the person's own that was cancelled; rooms above hang on it what is theirs."""
    row = _order(canary, what)
    row.person_id, row.linked_how, row.linked_at, row.linked_by = canary.person_id, Linked.NEW, canary.at, NOBODY
    row.save(update_fields=["person", "linked_how", "linked_at", "linked_by"])
    return row


def line_of(canary: Canary, order: Order, *, place: int, kind: str, title: str) -> OrderLine:
    """Plant a line of the order."""
    return OrderLine.objects.create(
        id=new_id(canary.at),
        order=order,
        place=place,
        kind=kind,
        title=title,
        quantity=1,
        **dict.fromkeys(("unit_net", "unit_gross", "net", "vat", "gross", "vat_rate"), NOTHING),
        vat_category="S",
        vat_scheme="domestic",
        vat_country="FI",
        vat_kind="service",
        rate_class="standard",
    )


def _order(canary: Canary, what: str) -> Order:
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
        given_name=canary.word(f"{what} given name"),
        family_name=canary.word(f"{what} family name"),
        email=canary.email,
        street=canary.word(f"{what} street"),
        postal_code="00100",
        city="Helsinki",
        country="FI",
        delivery_name=canary.word(f"{what} delivery"),
        wishes=canary.word(f"{what} wishes"),
        pays_by=PaysBy.INVOICE,
        net=NOTHING,
        vat=NOTHING,
        gross=NOTHING,
    )


def _hang(order: Order, canary: Canary) -> None:
    line_of(canary, order, place=1, kind="one_off", title=canary.word("order line"))
    OrderMessage.objects.create(
        id=new_id(canary.at),
        order=order,
        token=uuid4(),
        side=Side.IN,
        text=canary.word("order message"),
        source="web_form",
        at=canary.at,
        actor=NOBODY,
    )
    OrderEvent.objects.create(
        order=order.id,
        at=canary.at,
        what=Happened.CANCELLED,
        state=OrderState.CANCELLED,
        actor=NOBODY,
        role=canary.by.role,
    )
    _withdraw(order, canary)


def _withdraw(order: Order, canary: Canary) -> None:
    Withdrawal.objects.create(
        id=new_id(canary.at),
        reference=free_reference("P", is_taken=lambda drawn: Withdrawal.objects.filter(reference=drawn).exists()),
        token=uuid4(),
        order=order,
        name=canary.word("withdrawal name"),
        email=canary.email,
        words=canary.word("withdrawal words"),
        language="fi",
        notice_version_id=canary.origin.notice_version_id,
        stated_at=canary.at,
        refund_due_on=canary.at.date(),
        state=WithdrawalState.TAKEN_BACK,
        settled_at=canary.at,
        settled_by=NOBODY,
    )
