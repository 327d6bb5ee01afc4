"""Measures the shop beside django-oscar: product pages and whole checkouts a second, by turns in one run.

Both are served by the same server program with one process, on the same PostgreSQL, with as many products that need no
sending and one picture each; a buyer is a new visitor each time, who opens the product, puts it into the cart, and
orders as a guest without paying online. Ours is measured with people who ordered before and with people who are new
and are entered into the register, which the peer does for neither. What follows by itself (invoice, confirmation) is
the worker's in ours and is not in the figures; the peer sends its confirmation at once, to a sink that costs nothing.
What it costs to ask is the same for both, since the same client asks.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from bench import peers, scratch, shopping
from bench.notice import free_port, rate, serving, wait
from bench.shopping import Buyer
from seloste.config import preparation

PRODUCTS = 100
ROUNDS, SECONDS, BUYERS = 5, 5, 4
#: How many people have ordered before: one address may order ten times an hour.
KNOWN = 200
OURS, THEIRS = "/kauppa/palvelu-7/", "/catalogue/service-7_8/"
#: What a buyer by invoice fills in.
ANSWERS = {
    "given_name": "Maija",
    "family_name": "Mallikas",
    "street": "Mallikatu 1",
    "postal_code": "00100",
    "city": "Helsinki",
    "country": "FI",
    "pays_by": "invoice",
    "terms": "on",
    "acknowledged": "on",
    "now_content": "on",
    "do": "order",
}


def measure(rounds: int = ROUNDS, seconds: int = SECONDS) -> dict[str, Any]:
    """Return pages and checkouts a second of both shops, round by round."""
    ensure("shop")
    with ours("shop") as our_port, peers.oscar(PRODUCTS) as their_port:
        for port, path in ((our_port, OURS), (their_port, THEIRS)):
            rate(port, path, seconds=2)
        for number in range(KNOWN):
            buy(Buyer(our_port), email=f"maija{number}@example.com")
        shopping.rate(their_port, shopping.buy_from_oscar, buyers=1, seconds=2)
        found = [_round(our_port, their_port, seconds) for _round_ in range(rounds)]
    return {"products": PRODUCTS, "buyers": BUYERS, "seconds": seconds, "rounds": found}


def _round(our_port: int, their_port: int, seconds: int) -> dict[str, float]:
    return {
        "pages": rate(our_port, OURS, seconds=seconds),
        "peer_pages": rate(their_port, THEIRS, seconds=seconds),
        "checkouts": shopping.rate(our_port, buy_again, buyers=BUYERS, seconds=seconds),
        "checkouts_of_new_people": shopping.rate(our_port, buy_new, buyers=BUYERS, seconds=seconds),
        "peer_checkouts": shopping.rate(their_port, shopping.buy_from_oscar, buyers=BUYERS, seconds=seconds),
    }


def race(rounds: int) -> dict[str, Any]:
    """Return what came of races for a coupon."""
    ensure("shop_race")
    found: dict[str, Any] = scratch.answer("bench.shop", "races", str(rounds), on="shop_race")
    return found


@contextmanager
def ours(name: str) -> Iterator[int]:
    """Serve our shop from the scratch database while the block runs; yields its port."""
    port = free_port()
    scratch.run("bench.shop", "collect", on=name)
    with serving("seloste.config.wsgi:application", port, scratch.name(name)):
        wait(port, OURS)
        yield port


def buy_new(buyer: Buyer) -> None:
    """Buy as a guest, by invoice, with an address that nobody has yet: the buyer is entered into the register."""
    buy(buyer, email=f"maija{time.monotonic_ns()}@example.com")


def buy_again(buyer: Buyer) -> None:
    """Buy as somebody does who is known at the address: the order waits until it is proved whose it is."""
    buy(buyer, email=f"maija{buyer.number % KNOWN}@example.com")


def buy(buyer: Buyer, *, email: str) -> None:
    """Buy as a guest, by invoice."""
    buyer.get(OURS)
    buyer.send("variant", {"quantity": "1"})
    buyer.send("n-", {"do": "checkout"})
    buyer.send("acknowledged", ANSWERS | {"email": email})
    if not buyer.page.xpath("//main//a[contains(@href, '/tilaus/')]"):
        raise RuntimeError(f"no order: {buyer.path}")


def ensure(name: str) -> None:
    """Have a new shop with the products in a scratch database."""
    scratch.make(name)
    scratch.run("bench.shop", "stock", on=name)


@click.group()
def main() -> None:
    """Prepare one scratch database; called by ``python -m bench shop``."""


@main.command()
def stock() -> None:
    """Publish the notice and put the products on sale, through the deeds of the desk."""
    with preparation.house():
        from bench.stock import fill  # noqa: PLC0415 -- Django has to be set up first

        fill(PRODUCTS)


@main.command()
@click.argument("rounds", type=int)
def races(rounds: int) -> None:
    """Have many buyers at once redeem a coupon of which there are three."""
    with preparation.house():
        from bench.coupons import race  # noqa: PLC0415 -- Django has to be set up first

        click.echo(json.dumps(race(rounds)))


@main.command()
def collect() -> None:
    """Gather the static files."""
    with preparation.house(needs_database=False):
        preparation.collect_static_files()


if __name__ == "__main__":
    main()
