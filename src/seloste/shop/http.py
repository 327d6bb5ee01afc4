"""What stands before the shop's pages: the cart's cookie, and who the browser's owner has proved to be."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from seloste.kernel.clock import now
from seloste.kernel.refusals import Refusal
from seloste.shop import links
from seloste.shop.actions.paying import order_of
from seloste.shop.queries.cart import is_of_cart
from seloste.shop.rules.carts import CART_KEPT

#: Tells whose own page is open in the browser; a room above says it.
Recognise = Callable[[HttpRequest], UUID | None]
_recognising: list[Recognise] = []


class ForeignForm(Refusal):
    """Something for the cart that was not sent from a page of ours."""

    status = 403


def recognise_with(recognise: Recognise) -> None:
    """Say who may know a visitor: the room of her own page. Called once, in its ``AppConfig.ready``."""
    _recognising.append(recognise)


def recognised(request: HttpRequest) -> UUID | None:
    """Return the person whose own page is open in this browser, if there is one."""
    return next((person for person in (known(request) for known in _recognising) if person is not None), None)


def token_of(request: HttpRequest) -> str:
    """Return the cart's token that the browser has; empty where it has none."""
    return str(request.COOKIES.get(settings.CART_COOKIE_NAME, ""))


def keep(response: HttpResponse, token: str) -> HttpResponse:
    """Have the browser keep the cart's token for as long as the cart is kept (S4.3).

    It comes along when a payment service leads back (Lax), and never with a form of another site.
    """
    response.set_cookie(
        settings.CART_COOKIE_NAME,
        token,
        max_age=CART_KEPT,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def path_of_paid(request: HttpRequest, subject_key: str) -> str:
    """Return the path of the page of the order that is paid, in the browser in which it was ordered; else nothing.

    The page thanks for the payment, if there is one.

    The page of a payment asks. The payment service knows its address, so that proves nothing; the cart's cookie does.
    """
    order_id = order_of(subject_key)
    if order_id is None or not is_of_cart(order_id, token=token_of(request), at=now()):
        return ""
    return links.path(order_id, language=get_language() or "fi") + "?tehty=pay"


def network_of(request: HttpRequest) -> str:
    """Return the address that the request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))
