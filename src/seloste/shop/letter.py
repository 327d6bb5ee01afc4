"""The words of messages about orders, in the customer's language. They serve the order and promote nothing (I33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from seloste.declaration.load import current
from seloste.kernel.clock import HELSINKI
from seloste.kernel.money import shown
from seloste.shop import links
from seloste.shop.models import Order, Withdrawal


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A letter's words."""

    subject: str
    text: str


def write(name: str, order: Order, **told: Any) -> Written:  # noqa: ANN401 -- what the template says
    """Return the letter of the name about the order."""
    with override(order.language):
        text = render_to_string(f"shop/mail/{name}.txt", {**around(order), **told})
        subject = _subjects()[name] % {"reference": order.reference}
    return Written(subject=subject, text=tidy(text))


def around(order: Order) -> dict[str, Any]:
    """Return what every letter about the order may say."""
    language = order.language
    return {
        "order": order,
        "reference": order.reference,
        "lines": lines_of(order),
        "gross": shown(order.gross, language),
        "vat": shown(order.vat, language),
        "page": links.address(order.id, language=language),
        "controller": current().controller,
    }


def lines_of(order: Order) -> Sequence[str]:
    """Return what was ordered, a line for each thing."""
    return [_line(line.quantity, line.title, line.gross, order.language) for line in order.lines.order_by("place")]


def _line(quantity: int, title: str, gross: Decimal, language: str) -> str:
    many = f"{quantity} × " if quantity > 1 else ""
    return f"{many}{title}, {shown(gross, language)}"


def _subjects() -> dict[str, str]:
    return {
        "confirmed": _("Confirmation of your order %(reference)s"),
        "renewed": _("Invoice for what goes on: order %(reference)s"),
        "paid": _("Your payment for order %(reference)s has arrived"),
        "delivered": _("Your order %(reference)s has been delivered"),
        "cancelled": _("Your order %(reference)s has been cancelled"),
        "refunded": _("Your money for order %(reference)s is on its way back"),
        "answered": _("An answer about your order %(reference)s"),
        "link": _("The page of your order %(reference)s"),
        "withdrawal_settled": _("Our answer to your withdrawal from order %(reference)s"),
    }


def tidy(text: str) -> str:
    """Return the text without the empty lines that the template's own signs leave behind."""
    kept: list[str] = []
    for line in (line.rstrip() for line in text.strip().splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)


def withdrawal_stated(row: Withdrawal) -> Written:
    """Return the acknowledgement of a withdrawal: its words, and the day and time it came."""
    with override(row.language):
        told = {
            "number": row.reference,
            "moment": formats.date_format(row.stated_at.astimezone(HELSINKI), "SHORT_DATETIME_FORMAT"),
            "words": row.words,
            "due": row.refund_due_on,
            "page": _page_of(row),
            "controller": current().controller,
        }
        text = render_to_string("shop/mail/withdrawal_stated.txt", told)
        return Written(
            subject=_("We have received your withdrawal %(reference)s") % {"reference": row.reference}, text=tidy(text)
        )


def _page_of(row: Withdrawal) -> str:
    """Return the page of the order for whoever reads mail at the order's own address; nothing for anybody else."""
    order = row.order
    if order is None or order.email.lower() != row.email.lower():
        return ""
    return links.address(order.id, language=row.language)
