"""What stands on the page of an order: its files, its subscriptions and what we do for it."""

from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import override

from seloste.kernel.clock import local_date
from seloste.services.queries import customer
from seloste.services.shown import subscription as shown
from seloste.shop import links


def section(order_id: UUID, language: str, at: datetime) -> str:
    """Return the section of the order; empty where it gave nothing of this room."""
    ordered = customer.of_orders([order_id], at=at)
    goes_on = [*ordered.subscriptions, *customer.followed_by(order_id, at=at)]
    if not ordered and not goes_on:
        return ""
    with override(language):
        on = local_date(at)
        context = {
            "ordered": ordered,
            "subscriptions": [(one, shown.page(one, on=on)) for one in goes_on],
            "letters": links.sign(order_id),
        }
        return render_to_string("services/order_section.html", context)
