"""What a cart may hold, and for how long things stand."""

import hashlib
import re
from datetime import timedelta

from seloste.floods.rules import Limit
from seloste.kernel.refusals import Refusal
from seloste.shop.choices import Amiss

#: How many of one thing a line may hold.
MOST = 999
#: How many different things a cart may hold: far more than anybody orders at once.
MOST_LINES = 50
#: A cart that nobody touched for so long goes; the cookie says the same (notice/terminal.toml).
CART_KEPT = timedelta(days=30)
#: For so long the prices of a quote hold.
QUOTE_HOLDS = timedelta(minutes=30)
#: An order that is not paid by then is cancelled and what it held is free again.
PAID_WITHIN = timedelta(hours=24)
#: Orders that one network may place: a school behind one address is not a flood.
ORDERS_FROM_A_NETWORK = Limit(an_hour=100, a_day=500)
#: Orders that may be placed for one e-mail address, from wherever: each sends mail there, and nobody has proved it.
ORDERS_FOR_AN_ADDRESS = Limit(an_hour=10, a_day=30)
#: How often the link to one order's page is sent because somebody asked for it on the page of its payment.
LINKS_OF_AN_ORDER = Limit(an_hour=2, a_day=5)
#: Codes that one network may try: guessing a code of eight letters would take centuries.
CODES_FROM_A_NETWORK = Limit(an_hour=60)
#: Carts that one network may begin.
CARTS_FROM_A_NETWORK = Limit(an_hour=1000)

_DIGITS = re.compile(r"[0-9]{1,6}")


class NotANumber(Refusal):
    """A quantity that is none."""


def read_quantity(typed: str, *, least: int = 1) -> int:
    """Return how many were meant: a whole number from ``least`` to 999. A fraction is not cut, it is refused."""
    text = typed.strip().replace("\N{NO-BREAK SPACE}", "")
    number = int(text) if _DIGITS.fullmatch(text) else -1
    if not least <= number <= MOST:
        raise NotANumber(Amiss.QUANTITY.label, field="quantity")
    return number


def seal_of(token: str) -> bytes:
    """Return what is kept of the random token in the cookie: whoever reads the table cannot take over a cart."""
    return hashlib.sha256(b"seloste.shop.cart " + token.encode("utf-8", "surrogatepass")).digest()
