"""What she has ordered: orders with their invoices, files, and subscriptions that can be changed and cancelled."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from seloste.kernel.clock import local_date, now
from seloste.mydata.http import hers, open_page
from seloste.mydata.rules import Opened
from seloste.services.queries import customer, words
from seloste.services.shown import subscription as shown


@hers()
def page(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show all of it. What can be done stands on the page of each order and subscription."""
    at = now()
    found = customer.of_person(opened.person_id, at=at)
    letters = {order.id: order.letters for order in found.orders}
    context = {
        "opened": opened,
        "hers": found,
        "orders": [(order, words.money(order.gross), _bills(order)) for order in found.orders],
        "subscriptions": [(one, shown.page(one, on=local_date(at))) for one in found.ordered.subscriptions],
        "files": [(one, letters.get(one.order_id, "")) for one in found.ordered.files],
    }
    return render(request, "mydata/orders.html", context)


@open_page
def short(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- a view
    """Lead from the short address, which can be said and printed, to the page."""
    return HttpResponseRedirect(reverse("mydata:orders"))


def _bills(order: customer.OrderSeen) -> list[tuple[customer.Invoiced, str, str]]:
    """Return the order's vouchers with their sums in words; what is left to pay where something is."""
    return [(one, words.money(one.total), words.money(one.left) if one.left else "") for one in order.invoices]
