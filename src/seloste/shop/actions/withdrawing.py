"""Withdrawing from a contract: the statement is taken in from anybody at once, and settled by an employee.

(2011/83/EU art. 11 and 11 a, as amended by (EU) 2023/2673.) The statement counts from its moment, whatever we know of
the order. What the law says of it is shown beforehand; nobody is refused by a machine (S4.10).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from seloste.audit.actions import record
from seloste.declaration.load import current
from seloste.floods import actions as floods
from seloste.floods.rules import Limit
from seloste.invoices import actions as invoices
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import free_reference, new_id, read_reference
from seloste.kernel.marks import mark_of
from seloste.kernel.networks import network_of
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text
from seloste.mail.rules import envelope
from seloste.notices.queries import current_version_id
from seloste.register.rules import one_line
from seloste.shop.actions import refunding, states, telling
from seloste.shop.actions.history import TooLate, held, note, on_behalf
from seloste.shop.choices import Happened, OrderState, Why, WithdrawalState
from seloste.shop.letter import tidy
from seloste.shop.models import Order, Refund, Withdrawal
from seloste.shop.queries import standing
from seloste.shop.rules import course, withdrawal

#: So long at least are the words with which a withdrawal within its time is refused: a reason, not a remark.
LEAST_REASON = 40
#: How many statements come from one network in an hour before we ask to wait.
_FROM_A_NETWORK = Limit(an_hour=20)
#: How many acknowledgements go to one address, whoever asks for them: they carry words that a stranger may have typed.
_TO_AN_ADDRESS = Limit(an_hour=5, a_day=10)


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What somebody says who withdraws: who she is, from which contract, and where the acknowledgement goes."""

    name: str
    email: str
    told_reference: str = ""
    text: str = ""
    lines: Collection[UUID] = ()


@transaction.atomic
def state(*, by: Duty, at: datetime, order_id: UUID, token: UUID, lines: Collection[UUID] = (), text: str = "") -> UUID:
    """Take in a withdrawal from the order's own page and acknowledge it; return its id.

    One that waits already is that one. TooLate where nothing is left that could be withdrawn from.
    """
    order = held(order_id, by=by)
    known = Withdrawal.objects.filter(token=token).first() or _waiting(order)
    if known is not None:
        if known.order_id != order.id:
            raise Missing
        return known.id
    if OrderState(order.state) in course.ENDED:
        raise TooLate(_("This order has ended already: there is nothing left to withdraw from."))
    own = set(order.lines.values_list("id", flat=True))
    said = Statement(
        name=f"{order.given_name} {order.family_name}".strip(),
        email=order.email,
        told_reference=order.reference,
        text=text,
        lines=[line for line in lines if line in own],
    )
    return _take(said, order, token=token, language=order.language, by=by, at=at)


@transaction.atomic
def state_openly(*, by: Duty, at: datetime, statement: Statement, token: UUID, language: str, network: str) -> UUID:
    """Take in a withdrawal from the public page; return its id. The answer says nothing of what we know (P30).

    It is put with an order where number and address fit together, and waits for an employee otherwise.
    """
    known = Withdrawal.objects.filter(token=token).values_list("id", flat=True).first()
    if known is not None:
        return known
    words = _("So many withdrawals have come from your network within an hour that we must wait. Try again later.")
    floods.refuse_flood("shop.withdrawal", network_of(network), at=at, limit=_FROM_A_NETWORK, words=words)
    words = _(
        "So many withdrawals have come with this address that we must wait. Send us an e-mail, or try again later."
    )
    floods.refuse_flood("shop.withdrawal_to", mark_of(statement.email).hex(), at=at, limit=_TO_AN_ADDRESS, words=words)
    order = _meant(statement)
    if order is not None:
        order = held(order.id, by=by)
        if _waiting(order) is not None or OrderState(order.state) in course.ENDED:
            order = None  # an employee looks what was meant; the answer is a new number, as to a stranger
    return _take(statement, order, token=token, language=language, by=by, at=at)


@transaction.atomic
def match(*, by: Duty, at: datetime, withdrawal_id: UUID, order_id: UUID) -> None:
    """Put a withdrawal that waits with the order that it means, because an employee found it."""
    row, order = _open(withdrawal_id), held(order_id, by=by)
    if row.order_id not in {None, order.id}:
        raise TooLate(_("This withdrawal is with another order already."))
    if _waiting(order) is not None:
        raise TooLate(_("Another withdrawal from this order waits already."))
    last = standing.right(order, at=row.stated_at).last_day
    Withdrawal.objects.filter(id=row.id).update(order=order, last_day_on=last)
    note(order, Happened.WITHDRAWAL_STATED, by=by, at=at, source="web_form")


@transaction.atomic
def take_back(*, by: Duty, at: datetime, order_id: UUID) -> None:
    """Take a withdrawal back before it is settled: the order goes on. Saying it twice changes nothing."""
    order = held(order_id, by=by)
    row = _waiting(order)
    if row is not None:
        _settle(row, WithdrawalState.TAKEN_BACK, "", by=by, at=at)
        Order.objects.filter(id=order.id).update(next_step_at=at)
        note(order, Happened.WITHDRAWAL_SETTLED, by=by, at=at, source="web_form")


@transaction.atomic
def settle(
    *,
    by: Duty,
    at: datetime,
    withdrawal_id: UUID,
    to: WithdrawalState,
    amounts: Mapping[UUID, Decimal] | None = None,
    answer: str = "",
    looked: bool = False,
) -> None:
    """Settle a withdrawal: accepted, accepted with other ``amounts`` (with tax, by line), or declined.

    Accepted means what the customer withdrew from: all of the order, or the lines that she named, and no more. Where
    it is accepted otherwise or not at all, ``answer`` says why, in words that go to her. Saying it twice changes
    nothing. A service that had begun at her wish is paid for its time: its amount is what is left of it. One that came
    within its time is refused only where an employee says that she ``looked`` at the right, and why at some length.
    """
    row = Withdrawal.objects.select_for_update(of=("self",)).filter(id=withdrawal_id).first()
    if row is None or row.order_id is None:
        raise Missing
    order = held(row.order_id, by=by)
    if row.state == to:
        return
    if row.state != WithdrawalState.STATED:
        raise TooLate(_("This withdrawal has been settled already."))
    words = plain_text(answer, field="answer", lines=True)
    if to in {WithdrawalState.PARTLY, WithdrawalState.DECLINED}:
        one_line(words, field="answer", longest=envelope.TEXT)  # it must not be empty
    nothing = to is WithdrawalState.DECLINED or (to is WithdrawalState.PARTLY and not any((amounts or {}).values()))
    if nothing and is_in_time(order, row):
        _refuse_lightly(words, looked=looked)
    _settle(row, to, words, by=by, at=at)
    note(order, Happened.WITHDRAWAL_SETTLED, by=by, at=at)
    refund = None
    if to is not WithdrawalState.DECLINED:
        wanted = amounts if to is WithdrawalState.PARTLY else meant(order, row)
        refund = _undo(order, row, wanted, by=by, at=at)
    telling.withdrawal_settled(row, order, refund, by=by, at=at)


def is_in_time(order: Order, row: Withdrawal) -> bool:
    """Tell whether the law says that the right stood when it was stated, of all or a part of what was meant."""
    lines = standing.right(order, at=row.stated_at).lines
    return any(lines[line].right is withdrawal.Right.OPEN for line in lines if not row.lines or line in row.lines)


def _refuse_lightly(words: str, *, looked: bool) -> None:
    """Refuse what takes a right away without a look at it (KSL 6:14, S4.10)."""
    if not looked:
        raise NotLooked(_("The time of withdrawal was not over. Look at it, and say that you did."), field="looked")
    if len(words) < LEAST_REASON:
        raise NotLooked(_("Say in full sentences why there is no right though its time was not over."), field="answer")


class NotLooked(Refusal):
    """A withdrawal within its time would be refused without a reason, or without a look at the right."""


def meant(order: Order, row: Withdrawal) -> Mapping[UUID, Decimal] | None:
    """Return the lines that the customer withdrew from, each with what goes back of it; None for all of the order."""
    left = undoable(order)
    named = set(row.lines) & set(left)
    return {line: left[line] for line in named} if named and named != set(left) else None


def undoable(order: Order) -> Mapping[UUID, Decimal]:
    """Return what may go back of each line, with tax; of an order that nobody paid, what may be credited."""
    if order.paid:
        return refunding.left(order).lines
    return dict(order.lines.order_by("place").values_list("id", "gross"))


# --- how it is done ---------------------------------------------------------------------------------------------------


def _waiting(order: Order) -> Withdrawal | None:
    return Withdrawal.objects.filter(order=order, state=WithdrawalState.STATED).first()


def _open(withdrawal_id: UUID) -> Withdrawal:
    row = Withdrawal.objects.select_for_update(of=("self",)).filter(id=withdrawal_id).first()
    if row is None:
        raise Missing
    if row.state != WithdrawalState.STATED:
        raise TooLate(_("This withdrawal has been settled already."))
    return row


def _meant(statement: Statement) -> Order | None:
    reference = read_reference(statement.told_reference) or ""
    return Order.objects.filter(reference=reference, email__iexact=statement.email).first()


def _take(said: Statement, order: Order | None, *, token: UUID, language: str, by: Duty, at: datetime) -> UUID:
    """Store the statement, and have its acknowledgement leave at once."""
    name, email = one_line(plain_text(said.name, field="name"), field="name"), envelope.one_address(said.email)
    text = plain_text(said.text, field="text", lines=True)
    right = standing.right(order, at=at) if order else None
    row = Withdrawal(
        id=new_id(at),
        reference=free_reference("P", is_taken=lambda drawn: Withdrawal.objects.filter(reference=drawn).exists()),
        token=token,
        order=order,
        name=name,
        email=email,
        told_reference=plain_text(said.told_reference, field="reference"),
        text=text,
        words=words_of(said, order, language=language),
        lines=list(said.lines),
        language=language,
        notice_version_id=current_version_id(),
        stated_at=at,
        last_day_on=right.last_day if right else None,
        refund_due_on=withdrawal.last_day(local_date(at)),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the twin of a double click, at the same moment
        return Withdrawal.objects.values_list("id", flat=True).get(token=token)
    if order is not None:
        note(order, Happened.WITHDRAWAL_STATED, by=by, at=at, source="web_form")
    else:
        record(by=by, at=at, deed="withdrawal.stated", categories=["identity", "contact", "order"], item=row.id)
    telling.withdrawal_stated(row, by=by, at=at)
    return row.id


def words_of(said: Statement, order: Order | None, *, language: str) -> str:
    """Return the statement in full sentences, as it is confirmed and kept."""
    titles = (
        list(order.lines.filter(id__in=list(said.lines)).order_by("place").values_list("title", flat=True))
        if order
        else []
    )
    with override(language):
        told = {
            "name": said.name,
            "reference": order.reference if order else said.told_reference,
            "titles": titles,
            "text": said.text,
            "controller": current().controller,
        }
        return tidy(render_to_string("shop/mail/statement.txt", told))


def _settle(row: Withdrawal, to: WithdrawalState, answer: str, *, by: Duty, at: datetime) -> None:
    changed = {"state": to, "answer": answer, "settled_at": at, "settled_by": by.actor}
    Withdrawal.objects.filter(id=row.id).update(**changed)
    for name, value in changed.items():
        setattr(row, name, value)


def _end(order: Order, lines: Collection[UUID], *, by: Duty, at: datetime) -> None:
    """End a service also where its time until now is paid for, and only the rest of its price goes back (KSL 6:18)."""
    refunding.end_lines(order, lines, by=by, at=at)


def _undo(
    order: Order, row: Withdrawal, amounts: Mapping[UUID, Decimal] | None, *, by: Duty, at: datetime
) -> Refund | None:
    """End the contract, or the parts that are named, and return the money. The rest of the order goes on."""
    if order.paid == 0:
        _undo_unpaid(order, row, amounts, by=by, at=at)
        return None
    if amounts is None and course.may_move(OrderState(order.state), OrderState.WITHDRAWN):
        states.move(by=by, at=at, order_id=order.id, to=OrderState.WITHDRAWN, why=Why.WITHDRAWAL)
    _end(order, [line for line, amount in (amounts or {}).items() if amount], by=by, at=at)
    if order.paid == order.refunded or (amounts is not None and not any(amounts.values())):
        return None
    refund_id = refunding.refund(
        by=by,
        at=at,
        order_id=order.id,
        key=f"withdrawal:{row.id}",
        why=Why.WITHDRAWAL,
        amounts=amounts,
        withdrawal_id=row.id,
    )
    return Refund.objects.get(id=refund_id)


def _undo_unpaid(
    order: Order, row: Withdrawal, amounts: Mapping[UUID, Decimal] | None, *, by: Duty, at: datetime
) -> None:
    """Cancel an order that nobody paid; where she keeps a part of it, credit the rest on its invoice."""
    if order.state in course.ENDED:
        return
    if amounts is None:
        may_cancel = course.may_move(OrderState(order.state), OrderState.CANCELLED)
        to = OrderState.CANCELLED if may_cancel else OrderState.WITHDRAWN  # delivered already, on invoice
        states.move(by=by, at=at, order_id=order.id, to=to, why=Why.WITHDRAWAL)
        return
    if order.invoice is None:
        words = _("Nothing has been paid. Cancel the order, and ask the customer to order anew what she keeps.")
        raise TooLate(words)
    named = [line for line, amount in amounts.items() if amount]
    places = {line: place for place, line in enumerate(order.lines.order_by("place").values_list("id", flat=True), 1)}
    with override(order.language):
        why = str(Why.WITHDRAWAL.label)
    _end(order, named, by=by, at=at)
    invoices.credit(
        by=on_behalf(by, "accounting"),
        at=at,
        invoice_id=order.invoice,
        why=why,
        key=f"withdrawal:{row.id}",
        lines={places[line]: amounts[line] for line in named},
    )
