# ruff: noqa: ANN401 -- any of the tables
"""What the room keeps about a person: her invoices as they were made, what was paid of them, and who paid.

The law keeps all of it: vouchers for six years from the end of the calendar year in which the financial year ended, in
their original form (Kirjanpitolaki 1336/1997 2:10); sales under the one-stop scheme for ten. Nothing is masked: an
invoice without its buyer is no voucher. What stays is blocked, so bookkeeping, claims and rights alone read it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from seloste.invoices.models import (
    BankEntry,
    Document,
    Invoice,
    Line,
    Match,
    Party,
    Reminder,
    Settlement,
    VatRow,
)
from seloste.kernel.kept import BY_STAFF, SHOWN, About, Kept, Record, Stay, Surviving, Whose, erase_rows, values_of
from seloste.kernel.refusals import Words

LAW = "GDPR 17(3)(b); Kirjanpitolaki 1336/1997 2:10"

_INVOICE = {
    "kind": _("Kind"),
    "number": _("Number"),
    "issued_on": _("Date"),
    "supplied_on": _("Supplied"),
    "period_ends_on": _("Until"),
    "due_on": _("Due"),
    "order_reference": _("Order"),
    "reference": _("Reference number"),
    "reason": _("Reason"),
    "buyer_name": _("Buyer"),
    "buyer_contact": _("Contact person"),
    "buyer_email": _("E-mail address"),
    "buyer_street": _("Street"),
    "buyer_postal_code": _("Postal code"),
    "buyer_city": _("Town"),
    "buyer_country": _("Country"),
    "buyer_business_id": _("Business ID"),
    "buyer_vat_number": _("VAT number"),
    "buyer_reference": _("Your reference"),
    "buyer_einvoice_address": _("E-invoice address"),
    "buyer_einvoice_operator": _("E-invoice operator"),
    "is_business": _("Bought by a company"),
    "language": _("Language"),
    "items_net": _("Items without VAT"),
    "allowances_net": _("Discounts"),
    "net": _("Without VAT"),
    "vat": _("VAT"),
    "total": _("Total"),
    "prepaid": _("Paid when ordering"),
    "rounding": _("Rounding"),
    "payable": _("To pay"),
    "paid_by": _("Paid by"),
    "paid_on": _("Paid"),
}
_LINE = {
    "text": _("What"),
    "sku": _("Product code"),
    "quantity": _("Quantity"),
    "unit": _("Unit"),
    "unit_net": _("Price of one"),
    "net": _("Without VAT"),
    "discount": _("Discount"),
    "tax": _("VAT"),
    "rate": _("VAT rate"),
    "category": _("Kind of VAT"),
}
_TAX = {
    "category": _("Kind of VAT"),
    "rate": _("VAT rate"),
    "scheme": _("Where it is declared"),
    "country": _("Country"),
    "taxable": _("Without VAT"),
    "tax": _("VAT"),
    "reason": _("Why there is no VAT"),
}
_SETTLEMENT = {"kind": _("What happened"), "amount": _("Amount"), "paid_on": _("Day")}
_REMINDER = {
    "round": _("Which reminder"),
    "address": _("To which address"),
    "language": _("Language"),
    "subject": _("Subject"),
    "text": _("Text"),
    "fee": _("Fee"),
    "left": _("Left to pay"),
    "due_on": _("Due"),
    "sent_at": _("Sent"),
}
_ENTRY = {
    "booked_on": _("Day"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "reference": _("Reference number"),
    "payer_name": _("Payer"),
    "payer_iban": _("Payer's account"),
    "words": _("The payer's words"),
    "state": _("State"),
    "doubt": _("Why an employee decided"),
    "aside": _("Why it was set aside"),
    "decided_at": _("Decided"),
}
_MATCH = {
    "amount": _("Amount"),
    "by_itself": _("By its reference number alone"),
    "matched_at": _("When"),
    "undone_at": _("Undone"),
}


def _by_law(record: Record, _surviving: Surviving) -> Stay:
    why = _("The law obliges us to keep vouchers as they were made.")
    return Stay(law=LAW, why=why, until=record.about.until)


# --- Whose an invoice is ----------------------------------------------------------------------------------------------


def _hers(whose: Whose) -> dict[UUID, tuple[Invoice, UUID | None]]:
    """Return the people's invoices: those linked to them, and those to an address that is theirs alone."""

    def ask() -> dict[UUID, tuple[Invoice, UUID | None]]:
        linked = dict(Party.objects.filter(person_id__in=whose.persons).values_list("invoice_id", "person_id"))
        at_address = Q(folded__in=[address.lower() for address in whose.addresses])
        rows = Invoice.objects.annotate(folded=Lower("buyer_email")).filter(
            Q(id__in=list(linked)) | at_address & ~Q(buyer_email="")
        )
        elses = set(
            Party.objects.filter(invoice__in=[row.id for row in rows])
            .exclude(person_id__in=whose.persons)
            .values_list("invoice_id", flat=True)
        )
        return {row.id: (row, linked.get(row.id)) for row in rows if row.id in linked or row.id not in elses}

    found: dict[UUID, tuple[Invoice, UUID | None]] = whose.once("invoices", ask)
    return found


def _about(invoice: Invoice, since: Any = None, until: Any = None) -> About:
    return About(
        source="order",
        since_at=since or invoice.issued_at,
        purposes=("accounting",),
        bases=("legal_obligation",),
        until=until or invoice.keep_until,
    )


def _invoices(whose: Whose) -> list[Record]:
    rows = sorted(_hers(whose).values(), key=lambda one: (one[0].year, one[0].seq))
    return [
        Record(id=row.id, person=person, values=values_of(row, _INVOICE), about=_about(row)) for row, person in rows
    ]


def _parts(
    model: Any,  # any table that points to an invoice
    fields: Mapping[str, Words],
    since: str = "",
) -> Callable[[Whose], list[Record]]:
    def records(whose: Whose) -> list[Record]:
        hers = _hers(whose)
        rows = model.objects.filter(invoice__in=list(hers)).order_by("pk")
        return [
            Record(
                id=row.pk,
                person=hers[row.invoice_id][1],
                values=values_of(row, fields),
                about=_about(hers[row.invoice_id][0], getattr(row, since) if since else None, row.keep_until),
            )
            for row in rows
        ]

    return records


def _documents(whose: Whose) -> list[Record]:
    hers = _hers(whose)
    rows = Document.objects.filter(invoice__in=list(hers)).order_by("pk")
    return [
        Record(
            id=row.pk,
            person=hers[row.invoice_id][1],
            values={"pdf": bytes(row.pdf)},
            about=_about(hers[row.invoice_id][0], row.made_at),
        )
        for row in rows
    ]


def _links(whose: Whose) -> list[Record]:
    rows = Party.objects.filter(person_id__in=whose.persons).select_related("invoice").order_by("id")
    return [
        Record(
            id=row.id,
            person=row.person_id,
            values={"linked_at": row.linked_at},
            about=_about(row.invoice, row.linked_at),
        )
        for row in rows
    ]


def _entries(whose: Whose) -> list[Record]:
    """Return who paid her invoices: entries of the bank that were put to them."""
    hers = _hers(whose)
    found = {}
    for match in Match.objects.filter(invoice__in=list(hers)).select_related("entry").order_by("entry_id"):
        entry, (invoice, person) = match.entry, hers[match.invoice_id]
        found[entry.id] = Record(
            id=entry.id,
            person=person,
            values=values_of(entry, _ENTRY),
            about=_about(invoice, match.matched_at, max(entry.keep_until, match.keep_until)),
        )
    return list(found.values())


def _erase_invoices(ids: Sequence[Any]) -> int:
    """Delete vouchers, credit notes before what they credit. The database refuses what the law still keeps."""
    notes = list(Invoice.objects.filter(id__in=ids, credits__isnull=False).values_list("id", flat=True))
    rest = [one for one in ids if one not in set(notes)]
    return sum(erase_rows(Invoice, some) for some in (notes, rest) if some)


def _store(
    key: str, name: Words, model: Any, fields: Mapping[str, Words], records: Any, *, categories: set[str], **rest: Any
) -> Kept:
    told: dict[str, Any] = {"erase": partial(erase_rows, model), "order": 12, "stays": _by_law} | rest
    return Kept(
        key=f"invoices.{key}",
        name=name,
        model=model,
        categories=frozenset(categories),
        fields=fields,
        records=records,
        **told,
    )


_BILLING = {"billing"}
STORES = (
    _store(
        "invoices",
        _("Invoices"),
        Invoice,
        _INVOICE,
        _invoices,
        categories={"identity", "organisation", "contact", "order", "billing"},
        inner={"issued_at": SHOWN, "issued_by": BY_STAFF},
        erase=_erase_invoices,
        order=20,
    ),
    _store("lines", _("Lines of invoices"), Line, _LINE, _parts(Line, _LINE), categories={"order", "billing"}),
    _store("taxes", _("VAT of invoices"), VatRow, _TAX, _parts(VatRow, _TAX), categories=_BILLING),
    _store(
        "documents",
        _("Invoices as they were sent"),
        Document,
        {"pdf": _("File")},
        _documents,
        categories={"identity", "organisation", "contact", "order", "billing"},
        inner={"ubl": "the same for machines; it is inside the file that is shown"},
    ),
    _store(
        "links",
        _("Which invoices are yours"),
        Party,
        {"linked_at": _("Since")},
        _links,
        categories={"provenance"},
        inner={"linked_by": BY_STAFF},
    ),
    _store(
        "settlements",
        _("What was paid of invoices"),
        Settlement,
        _SETTLEMENT,
        _parts(Settlement, _SETTLEMENT, "settled_at"),
        categories=_BILLING,
        inner={"settled_at": SHOWN, "settled_by": BY_STAFF},
    ),
    _store(
        "reminders",
        _("Reminders of invoices"),
        Reminder,
        _REMINDER,
        _parts(Reminder, _REMINDER, "sent_at"),
        categories={"contact", "billing"},
        inner={"sent_by": BY_STAFF},
    ),
    _store(
        "matches",
        _("Payments put to invoices"),
        Match,
        _MATCH,
        _parts(Match, _MATCH, "matched_at"),
        categories=_BILLING,
        inner={"matched_by": BY_STAFF, "undone_by": BY_STAFF},
        order=11,
    ),
    _store(
        "bank",
        _("Payments to our account"),
        BankEntry,
        _ENTRY,
        _entries,
        categories={"identity", "billing"},
        inner={"decided_by": BY_STAFF},
    ),
)
