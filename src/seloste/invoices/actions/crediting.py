"""Credit notes: they refer to their invoice and never come to more than it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from seloste.invoices.actions.issuing import issued, keep_until, note_issued, voucher
from seloste.invoices.actions.numbers import Place, lock, use_next
from seloste.invoices.actions.settling import settle
from seloste.invoices.choices import Kind, LineKind, Settling
from seloste.invoices.models import Invoice, Line, Party, VatRow
from seloste.invoices.queries.access import check
from seloste.invoices.queries.content import content_of
from seloste.invoices.queries.vouchers import creditable
from seloste.invoices.rules import crediting
from seloste.invoices.rules.crediting import Credit
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Missing, Refusal
from seloste.kernel.text import plain_text


class TooMuchCredited(Refusal):
    """More would be credited than there was on the invoice."""


@transaction.atomic
def credit(
    *,
    by: Duty,
    at: datetime,
    invoice_id: UUID,
    why: str,
    key: str,
    lines: Mapping[int, Decimal] | None = None,
    amount: Decimal | None = None,
) -> UUID:
    """Credit an invoice and return the credit note's id; the same key gives the same note again.

    Nothing more said: all that is left of it. ``lines``: these lines by their place, each by an amount with tax.
    ``amount``: so much of the whole, with tax, shared over what is left. TooMuchCredited where that is more than is
    left; Missing where there is no such invoice.
    """
    check(by, writes=True)
    known = issued(key)
    if known:
        return known
    series = lock(local_date(at))  # before what is left is looked at: nobody else credits meanwhile
    row = Invoice.objects.filter(id=invoice_id, kind=Kind.INVOICE).select_related("seller").first()
    if row is None:
        raise Missing
    known = issued(key)
    if known:
        return known
    told = _wanted(row, lines, amount)
    make = partial(_make, of=row, told=told, why=plain_text(why, field="why"), key=key, by=by, at=at)
    note_id = use_next(series, make, by=by, at=at)
    persons = Party.objects.filter(invoice=row).values_list("person_id", flat=True)
    note_issued(note_id, persons, by=by, at=at)
    amount = Invoice.objects.values_list("payable", flat=True).get(id=note_id)
    settle(row, key=f"credit:{note_id}", kind=Settling.CREDIT, amount=amount, paid_on=local_date(at), by=by, at=at)
    return note_id


def _wanted(row: Invoice, lines: Mapping[int, Decimal] | None, amount: Decimal | None) -> Sequence[Credit]:
    left = creditable(row)
    try:
        if lines is not None:
            return crediting.of_lines(left, lines)
        return crediting.of_whole(left) if amount is None else crediting.of_amount(left, amount)
    except ValueError:
        raise TooMuchCredited(_("More than is left of the invoice cannot be credited."), field="amount") from None


def _make(
    place: Place, *, of: Invoice, told: Sequence[Credit], why: str, key: str, by: Duty, at: datetime
) -> tuple[UUID, bytes]:
    net = sum((one.net for one in told), NOTHING)
    vat = sum((one.tax for one in told), NOTHING)
    rounding = of.rounding if net == sum((one.net for one in creditable(of)), NOTHING) else NOTHING
    schemes = {(row.category, row.rate): row for row in of.vat_rows.all()}
    row = Invoice(
        **voucher(place, key, of.seller, by=by, at=at),
        **{name: getattr(of, name) for name in _SAME},
        kind=Kind.CREDIT_NOTE,
        credits=of,
        reason=why,
        due_on=place.on,
        items_net=net,
        allowances_net=NOTHING,
        net=net,
        vat=vat,
        total=net + vat,
        prepaid=NOTHING,
        rounding=rounding,
        payable=net + vat + rounding,
        keep_until=max(of.keep_until, keep_until(place, of.supplied_on, [one.scheme for one in schemes.values()])),
    )
    row.save(force_insert=True)
    _add_lines(row, told)
    _add_taxes(row, told, schemes)
    return row.id, content_of(row)


#: What a credit note repeats of its invoice.
_SAME = (
    *("order_key", "order_reference", "language", "supplied_on", "period_ends_on", "is_business"),
    *("buyer_name", "buyer_contact", "buyer_email", "buyer_street", "buyer_postal_code", "buyer_city"),
    *("buyer_country", "buyer_business_id", "buyer_vat_number", "buyer_reference"),
    *("buyer_einvoice_address", "buyer_einvoice_operator"),
)


def _add_lines(row: Invoice, told: Sequence[Credit]) -> None:
    Line.objects.bulk_create(
        Line(
            invoice=row,
            position=position,
            kind=LineKind.ITEM,
            sku=one.sku,
            text=one.text,
            quantity=one.quantity,
            unit=one.unit,
            unit_net=(one.net / one.quantity).quantize(Decimal("0.000001")),
            net=one.net,
            tax=one.tax,
            category=one.category,
            rate=one.rate,
            credits=one.position,
            keep_until=row.keep_until,
        )
        for position, one in enumerate(told, 1)
    )


def _add_taxes(row: Invoice, told: Sequence[Credit], known: Mapping[tuple[str, Decimal], VatRow]) -> None:
    net: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: NOTHING)
    tax: dict[tuple[str, Decimal], Decimal] = defaultdict(lambda: NOTHING)
    for one in told:
        net[one.category, one.rate] += one.net
        tax[one.category, one.rate] += one.tax
    VatRow.objects.bulk_create(
        VatRow(
            invoice=row,
            category=rate[0],
            rate=rate[1],
            scheme=known[rate].scheme,
            country=known[rate].country,
            taxable=net[rate],
            tax=tax[rate],
            reason=known[rate].reason,
            keep_until=row.keep_until,
        )
        for rate in net
    )
