"""The confirmation of an order as a document: accessible, archivable, with the terms and the form for withdrawing."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import typst
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.catalogue.choices import VatNote
from seloste.declaration.load import current
from seloste.invoices.actions.documents import document
from seloste.kernel.clock import HELSINKI, local_date
from seloste.kernel.money import shown
from seloste.mail.rules import Attachment
from seloste.shop.choices import PaysBy
from seloste.shop.models import ContractAcceptance, Order, OrderLine, WithdrawalWaiver
from seloste.shop.queries import standing
from seloste.shop.queries.addresses import billed_to, delivered_to
from seloste.shop.rules import terms as terms_of_sale

#: Archival and accessible at once: PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1). The compiler holds to them.
STANDARDS: list["typst.PDFStandard"] = ["ua-1", "a-2a"]
_LAYOUT = Path(__file__).parents[1] / "templates" / "shop" / "confirmation.typ"
_PDF = "application/pdf"


def confirmation_file(order: Order, *, at: datetime) -> Attachment:
    """Return the confirmation as it goes with the message."""
    return Attachment(name=f"{order.reference}.pdf", content_type=_PDF, content=confirmation(order, at=at))


def invoice_file(order: Order, *, at: datetime) -> Attachment:
    """Return the order's invoice as it goes with the message; ValueError where there is none."""
    if order.invoice is None:
        raise ValueError(order.id)
    with override(order.language):
        name = _("invoice") + f"-{order.reference}.pdf"
    return Attachment(name=name, content_type=_PDF, content=voucher(order.invoice, at=at))


def voucher(invoice_id: UUID, *, at: datetime) -> bytes:
    """Return an invoice or a credit note as it was made, for whoever may see it."""
    return bytes(document(invoice_id, at).pdf)


def waivers_of(order: Order) -> list[str]:
    """Return what a consumer gave up knowingly, in the words that stood beside the boxes she ticked."""
    return list(WithdrawalWaiver.objects.filter(order=order).order_by("id").values_list("words", flat=True))


def confirmation(order: Order, *, at: datetime) -> bytes:
    """Return the confirmation of the order in the customer's language."""
    with override(order.language):
        values = _printed(order, at=at)
    made = typst.compile(
        _LAYOUT,
        root=_LAYOUT.parent,
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        sys_inputs={"document": json.dumps(values, default=str)},
        timestamp=order.placed_at.astimezone(UTC).replace(microsecond=0),
    )
    return bytes(made)


def _printed(order: Order, *, at: datetime) -> dict[str, Any]:
    controller, language = current().controller, order.language
    lines = list(order.lines.order_by("place"))
    terms = terms_of_sale.terms(language, controller)
    right = standing.right(order, at=at)
    return {
        "title": _("Order confirmation"),
        "language": language,
        "reference": order.reference,
        "controller": controller.name,
        "from": _sender(),
        "to": [*billed_to(order), order.email],
        "facts": _facts(order),
        "lines": [_line(line, language) for line in lines],
        "sums": _sums(order, lines),
        "total": shown(order.gross, language),
        "notes": sorted({str(VatNote(line_note).label) for line_note in _notes(order)} - {""}),
        "right": _right(order, right),
        "waived": waivers_of(order),
        "terms": {
            "title": f"{terms.title} {terms.version}",
            "sections": [{"title": f"{one.number}. {one.title}", "text": one.text} for one in terms.sections],
        },
        "form": None
        if order.is_business
        else {"title": terms.form_title, "intro": terms.form_intro, "lines": terms.form_lines},
        "accepted": _accepted(order),
        "labels": _labels(),
    }


def _sender() -> list[str]:
    controller = current().controller
    lines = [controller.name, controller.street, f"{controller.postal_code} {controller.city}", controller.email]
    return [*lines, controller.business_id] if controller.business_id else lines


def _facts(order: Order) -> list[tuple[str, str]]:
    found = [
        (_("Order"), order.reference),
        (_("Ordered"), formats.date_format(order.placed_at.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT")),
        (_("Payment"), str(PaysBy(order.pays_by).label)),
        (_("Delivery"), ", ".join(delivered_to(order))),
        (_("Your wishes"), order.wishes),
    ]
    return [(name, value) for name, value in found if value]


def _line(line: OrderLine, language: str) -> dict[str, str]:
    return {
        "title": line.title,
        "more": _more(line),
        "quantity": str(line.quantity),
        "rate": f"{formats.localize(line.vat_rate.normalize() + 0)} %",
        "gross": shown(line.gross, language),
    }


def _more(line: OrderLine) -> str:
    if line.period_from and line.period_until:
        days = [formats.date_format(day, "SHORT_DATE_FORMAT") for day in (line.period_from, line.period_until)]
        return f"{days[0]}–{days[1]}"
    return {"month": _("each month, until you cancel"), "year": _("each year, until you cancel")}.get(line.interval, "")


def _sums(order: Order, lines: Sequence[OrderLine]) -> list[tuple[str, str]]:
    language = order.language
    off = [(_("Discount") + f" ({order.coupon_code})", shown(-order.discount, language))] if order.discount else []
    rates = sorted({line.vat_rate for line in lines})
    taxes = [(_vat_words(rate), shown(_tax(lines, rate), language)) for rate in rates if _tax(lines, rate)]
    return [*off, (_("Without value added tax"), shown(order.net, language)), *taxes]


def _vat_words(rate: Decimal) -> str:
    return _("Value added tax %(rate)s %%") % {"rate": formats.localize(rate.normalize() + 0)}


def _tax(lines: Sequence[OrderLine], rate: Decimal) -> Decimal:
    return sum((line.vat for line in lines if line.vat_rate == rate), Decimal("0.00"))


def _notes(order: Order) -> list[str]:
    if any(line.vat_scheme == "reverse_charge" for line in order.lines.all()):
        return [VatNote.REVERSE_CHARGE]
    return []


def _right(order: Order, right: standing.Withdrawable) -> list[str]:
    """Return the instruction on withdrawal: until when, how, and what follows (annex I A of 2011/83/EU)."""
    if order.is_business:
        return [_("You bought for a business. The right of withdrawal belongs to consumers.")]
    if right.last_day:
        day = formats.date_format(right.last_day, "SHORT_DATE_FORMAT")
        until = _("You may withdraw from this contract without giving a reason until %(day)s.") % {"day": day}
    else:
        until = _(
            "You may withdraw from this contract without giving a reason, until fourteen days after the goods reached"
            " you."
        )
    return [
        until,
        _(
            "Tell us so in any clear way: on the page of your order, with the function “Withdraw from the contract"
            " here” at the foot of our shop, by e-mail, or with the form at the end of this document. It is enough that"
            " you send it before the last day ends. We confirm at once that it has arrived."
        ),
        _(
            "We return all that you paid without delay, at the latest fourteen days after we heard of the withdrawal,"
            " in the way you paid and without cost to you."
        ),
    ]


def _accepted(order: Order) -> str:
    row = ContractAcceptance.objects.filter(order=order.id).select_related("terms").first()
    if row is None:
        return ""
    day = formats.date_format(local_date(row.at), "SHORT_DATE_FORMAT")
    told = {"version": row.terms.version, "day": day, "button": row.button, "hash": row.terms.text_hash[:16]}
    return (
        _("You accepted the terms %(version)s on %(day)s with the button “%(button)s”. Their mark is %(hash)s.") % told
    )


def _labels() -> dict[str, str]:
    return {
        "ordered": _("What you ordered"),
        "product": _("Product"),
        "quantity": _("Quantity"),
        "rate": _("VAT"),
        "price": _("Price"),
        "total": _("Total"),
        "right": _("Right of withdrawal"),
        "waived": _("You ticked this when you ordered:"),
        "page": _("Page"),
        "of": _("of"),
    }


def confirmation_of(order_id: UUID, *, at: datetime) -> bytes:
    """Return the confirmation of the order with the id, whose letters the caller has read."""
    return confirmation(Order.objects.get(id=order_id), at=at)
