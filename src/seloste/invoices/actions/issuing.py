"""Issuing an invoice: the voucher, its number and its place in the chain in one transaction, once for each key."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from seloste.audit.actions import record
from seloste.catalogue.choices import Scheme, VatCategory
from seloste.catalogue.rules.vat import Vat
from seloste.declaration.load import current
from seloste.invoices.actions.numbers import Place, lock, use_next
from seloste.invoices.choices import Kind, LineKind, Unit
from seloste.invoices.models import Invoice, Line, Party, Seller, VatRow
from seloste.invoices.queries.access import CATEGORY, PURPOSE, check
from seloste.invoices.queries.content import content_of
from seloste.invoices.rules import chain, numbering, reckoning
from seloste.invoices.rules.bill import Bill
from seloste.invoices.rules.reckoning import Sums
from seloste.kernel.clock import local_date
from seloste.kernel.duty import Duty
from seloste.kernel.ids import new_id
from seloste.kernel.money import NOTHING
from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.register import actions as register


class NotReady(Refusal):
    """Our own data that the law wants on an invoice are not there yet."""

    status = 503


#: Called in the transaction that issues a voucher, with its id.
Issued = Callable[[Duty, datetime, UUID], object]
_when_issued: dict[str, Issued] = {}


def when_issued(room: str, deed: Issued) -> None:
    """Register what a room does when a voucher was issued. Called once, in ``AppConfig.ready``."""
    _when_issued[room] = deed


@transaction.atomic
def issue(*, by: Duty, at: datetime, bill: Bill) -> UUID:
    """Issue the invoice of a bill and return its id; the same key gives the same invoice again.

    Call it last in the caller's transaction: until that ends nobody else is given a number. ValueError for a bill whose
    sums cannot be; NotReady where our own account or business id is not set.
    """
    check(by, writes=True)
    known = issued(bill.key)
    if known:
        return known
    sums, seller = reckoning.reckon(bill), our_own()
    series = lock(local_date(at))
    known = issued(bill.key)
    if known:
        return known
    make = partial(_make, bill=bill, sums=sums, seller=seller, by=by, at=at)
    invoice_id = use_next(series, make, by=by, at=at)
    note_issued(invoice_id, bill.persons, by=by, at=at)
    return invoice_id


def issued(key: str) -> UUID | None:
    """Return the voucher of the key, if there is one."""
    return Invoice.objects.filter(key=key).values_list("id", flat=True).first()


def note_issued(invoice_id: UUID, persons: Iterable[UUID], *, by: Duty, at: datetime) -> None:
    """Enter a new voucher in the record, link whom it is about and tell the rooms above."""
    persons = list(persons)
    record(by=by, at=at, deed="invoice.issued", subjects=persons, categories=[CATEGORY], item=invoice_id)
    for person_id in persons:
        belong(by=by, at=at, invoice_id=invoice_id, person_id=person_id)
    for deed in _when_issued.values():
        deed(by, at, invoice_id)


@transaction.atomic
def belong(*, by: Duty, at: datetime, invoice_id: UUID, person_id: UUID) -> None:
    """Note that an invoice is about a person of the register; she is held for bookkeeping as long as it is kept."""
    row = Invoice.objects.get(id=invoice_id)
    _party, is_new = Party.objects.get_or_create(
        invoice=row, person_id=person_id, defaults={"linked_at": at, "linked_by": by.actor}
    )
    if is_new:
        for day in (row.issued_on, _runs_from(row.keep_until)):
            register.touch(by=by, at=at, person_id=person_id, purposes=[PURPOSE], on=day)
        record(by=by, at=at, deed="invoice.linked", subjects=[person_id], categories=[CATEGORY], item=invoice_id)


@transaction.atomic
def orders_belong(*, by: Duty, at: datetime, order_key: str, person_id: UUID) -> int:
    """Note that every invoice of an order is about the person, when the order is put to her; return how many."""
    ids = list(Invoice.objects.filter(order_key=order_key).values_list("id", flat=True)) if order_key else []
    for invoice_id in ids:
        belong(by=by, at=at, invoice_id=invoice_id, person_id=person_id)
    return len(ids)


def _runs_from(keep_until: date) -> date:
    """Return the day from which the declared period ends on the invoice's last day."""
    return date(keep_until.year - current().purpose[PURPOSE].retention.period.months // 12, 12, 31)


# --- Ourselves --------------------------------------------------------------------------------------------------------


def our_own() -> Seller:
    """Return our own data as they are today; NotReady while the account or the business id is missing."""
    controller, ours = current().controller, settings.SELLER
    business_id = controller.business_id or ours["business_id"]
    if not business_id or not ours["iban"]:
        raise NotReady(gettext_lazy("Invoices cannot be made yet: the seller's business id or account is not set."))
    values = {
        "name": controller.name,
        "street": controller.street,
        "postal_code": controller.postal_code,
        "city": controller.city,
        "country": controller.country,
        "business_id": business_id,
        "vat_number": f"FI{business_id.replace('-', '')}",
        "email": controller.email,
        "iban": ours["iban"],
        "bic": ours["bic"],
    }
    mark = chain.seller_mark(values)
    return Seller.objects.get_or_create(mark=mark, defaults=values)[0]


# --- The rows ---------------------------------------------------------------------------------------------------------


def _make(place: Place, *, bill: Bill, sums: Sums, seller: Seller, by: Duty, at: datetime) -> tuple[UUID, bytes]:
    supplied_on = bill.supplied_on or place.on
    row = Invoice(
        **voucher(place, bill.key, seller, by=by, at=at),
        **_of_bill(bill),
        **buyer_columns(bill),
        **_amounts(bill, sums),
        kind=Kind.INVOICE,
        supplied_on=supplied_on,
        due_on=due(bill, sums, place.on),
        reference=numbering.reference_number(place.year, place.seq) if sums.payable else "",
        keep_until=keep_until(place, supplied_on, [taxed.vat.scheme for taxed in sums.taxes]),
    )
    row.save(force_insert=True)
    _add_lines(row, bill, sums)
    _add_taxes(row, sums)
    return row.id, content_of(row)


def voucher(place: Place, key: str, seller: Seller, *, by: Duty, at: datetime) -> dict[str, Any]:
    """Return what every voucher has: its number, its day and who made it."""
    return {
        "id": new_id(at),
        "key": key,
        "number": place.number,
        "year": place.year,
        "seq": place.seq,
        "issued_at": at,
        "issued_by": by.actor,
        "issued_on": place.on,
        "seller": seller,
    }


def _of_bill(bill: Bill) -> dict[str, Any]:
    return {
        "order_key": bill.order_key,
        "order_reference": bill.order_reference,
        "language": bill.language,
        "period_ends_on": bill.period_ends_on,
        "paid_by": bill.paid_by or "",
        "paid_on": bill.paid_on,
        "payment": bill.payment_id,
    }


#: What stands on an invoice of the buyer besides the names and addresses.
_MORE = ("reference", "einvoice_address", "einvoice_operator")


def buyer_columns(bill: Bill) -> dict[str, Any]:
    """Return the buyer as it will stand on the invoice; a refusal where a text cannot be kept."""
    buyer = bill.buyer
    texts = ("name", "contact", "email", "street", "postal_code", "city", "country", "business_id", "vat_number")
    told = {f"buyer_{name}": plain_text(getattr(buyer, name), field=name) for name in (*texts, *_MORE)}
    return {**told, "is_business": buyer.is_business}


def _amounts(bill: Bill, sums: Sums) -> dict[str, Any]:
    return {
        "items_net": sums.items_net,
        "allowances_net": sums.allowances_net,
        "net": sums.net,
        "vat": sums.vat,
        "total": sums.total,
        "prepaid": bill.prepaid,
        "rounding": sums.rounding,
        "payable": sums.payable,
    }


def due(bill: Bill, sums: Sums, on: date) -> date:
    """Return when it is due: as the bill says, at once where nothing is left to pay, else in the usual time."""
    usual = on if not sums.payable else on + timedelta(days=settings.INVOICE_DAYS)
    return max(bill.due_on or usual, on)


def keep_until(place: Place, supplied_on: date, schemes: Iterable[str]) -> date:
    """Return the last day of the voucher: six years by law, ten where the one-stop scheme was used."""
    by_law = numbering.last_day(place.year_ends_on, current().purpose[PURPOSE].retention.period)
    return max(by_law, numbering.one_stop_last_day(supplied_on)) if Scheme.OSS in set(schemes) else by_law


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    kind: LineKind
    text: str
    net: Decimal
    vat: Vat
    tax: Decimal = NOTHING
    discount: Decimal = NOTHING
    quantity: Decimal = Decimal(1)
    unit: str = Unit.PIECE
    sku: str = ""


def _add_lines(row: Invoice, bill: Bill, sums: Sums) -> None:
    items = [
        _Line(
            kind=LineKind.ITEM,
            text=one.text,
            net=net,
            vat=one.vat,
            tax=tax,
            discount=discount,
            quantity=one.quantity,
            unit=one.unit,
            sku=one.sku,
        )
        for one, net, tax, discount in zip(bill.items, sums.items, sums.item_taxes, sums.item_discounts, strict=True)
    ]
    less = [
        _Line(kind=LineKind.ALLOWANCE, text=one.text, net=net, vat=one.vat)
        for one, net in zip(bill.discounts, sums.discounts, strict=True)
    ]
    Line.objects.bulk_create(_line(row, place, one) for place, one in enumerate([*items, *less], 1))


def _line(row: Invoice, position: int, one: _Line) -> Line:
    return Line(
        invoice=row,
        position=position,
        kind=one.kind,
        sku=one.sku,
        text=plain_text(one.text, field="text"),
        quantity=one.quantity,
        unit=one.unit,
        unit_net=reckoning.unit_net(one.net + one.discount, one.quantity),
        net=one.net,
        discount=one.discount,
        tax=one.tax,
        category=one.vat.category,
        rate=one.vat.rate,
        keep_until=row.keep_until,
    )


def _add_taxes(row: Invoice, sums: Sums) -> None:
    with override(row.language):
        rows = [
            VatRow(
                invoice=row,
                category=taxed.vat.category,
                rate=taxed.vat.rate,
                scheme=taxed.vat.scheme,
                country=taxed.vat.country,
                taxable=taxed.taxable,
                tax=taxed.tax,
                reason=reason(taxed.vat),
                keep_until=row.keep_until,
            )
            for taxed in sums.taxes
        ]
    VatRow.objects.bulk_create(rows)


def reason(vat: Vat) -> str:
    """Return what the law wants said where no tax is charged (AVL 209 e § 11, 12), in the language in use."""
    said = {
        VatCategory.REVERSE: _("Reverse charge (Directive 2006/112/EC, Art. 196)"),
        VatCategory.INTRA: _("Intra-Community supply (AVL 72 a §; Directive 2006/112/EC, Art. 138)"),
        VatCategory.EXPORT: _("Export outside the EU (AVL 70 §; Directive 2006/112/EC, Art. 146)"),
        VatCategory.OUTSIDE: _("Supplied outside Finland (AVL 5 luku; Directive 2006/112/EC, Art. 44, 58, 59)"),
        VatCategory.EXEMPT: _("No value added tax"),
        VatCategory.ZERO: _("Zero rate"),
    }
    return said.get(VatCategory(vat.category), "") if not vat.rate else ""
