"""Payments for tests: providers that are named and have invented keys, and things to pay for."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from django.db import transaction
from pytest_django import Settings
from tests.make import AT

from seloste.config import gateway
from seloste.declaration import load, reviewed
from seloste.kernel.clock import elapsed, now
from seloste.kernel.duty import system, visitor
from seloste.payments import actions
from seloste.payments.actions.folding import News, keep, locked, refold
from seloste.payments.choices import Origin, Way
from seloste.payments.models import Payment

OVERLAY = Path(__file__).with_name("recipients.over.toml")
#: Keys that are nobody's.
ACCOUNT, SECRET = gateway.PAYTRAIL_ACCOUNT, gateway.PAYTRAIL_SECRET
STRIPE_KEY, STRIPE_SECRET = gateway.STRIPE_KEY, gateway.STRIPE_WEBHOOK_SECRET
SUM = Decimal("49.90")


def lay_over(copy: Path) -> Path:
    """Make a copy of the notice that names the providers; return it."""
    shutil.copytree(load.DEFAULT_FOLDER, copy)
    shutil.copy(OVERLAY, copy)
    declared, known = load.load(copy), reviewed.read(copy)
    new = {place for place, _ in reviewed.texts(declared) if place not in known}
    reviewed.review(declared, copy, places=new, languages=reviewed.TRANSLATIONS)
    return copy


@contextmanager
def under(notice: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run by another notice."""
    patch.setenv("SELOSTE_NOTICE", str(notice))
    yield
    patch.undo()


def set_up(settings: Settings, origin: str = "http://127.0.0.1:9") -> None:
    """Give both providers keys, and the address of what stands in for them."""
    settings.PAYTRAIL_ACCOUNT, settings.PAYTRAIL_SECRET = ACCOUNT, SECRET
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET = STRIPE_KEY, STRIPE_SECRET
    settings.STRIPE_ACCOUNT = gateway.STRIPE_ACCOUNT
    settings.PAYTRAIL_API, settings.STRIPE_API = f"{origin}/paytrail", f"{origin}/stripe"


def payment(way: str = Way.PAYTRAIL, *, at: datetime = AT, key: str = "", **values: Any) -> Payment:  # noqa: ANN401 -- what is begun with
    """Begin a payment of 49.90 € for something."""
    given = {"amount": SUM, "language": "fi", **values}
    return actions.begin(by=visitor("order"), at=at, subject_key=key or f"thing:{uuid4()}", provider=way, **given)


def answer(one: Payment, *, at: datetime = AT, **facts: Any) -> Payment:  # noqa: ANN401 -- facts as JSON
    """Have the provider have answered something about a payment, without asking anybody."""
    whole = {"account": one.account, "currency": "EUR", "reference": one.reference, **facts}
    news = News(
        provider=one.provider, account=one.account, origin=Origin.ANSWER, kind="answer", payment=one.id, facts=whole
    )
    keep(by=system("order"), at=at, news=news)
    found = locked(one.id)
    assert found is not None
    refold(by=system("order"), at=at, payment=found)
    return found


def paid(one: Payment, *, at: datetime = AT) -> Payment:
    """Have a payment be paid in full."""
    return answer(one, at=at, captured=int(one.amount * 100))


# --- With the gateway, over loopback ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Our side and the gateway, each on a port; a payer with a browser of the simplest kind."""

    origin: str
    gateway: str

    def begin(self, way: str, *, key: str = "") -> tuple[Payment, str]:
        """Begin a payment with the provider; return it and the page on which it is paid."""
        one = payment(way, at=now(), key=key)
        return one, actions.redirect(at=now(), payment_id=one.id)

    def choose(self, url: str, *, do: str = "pay", how: str = "", after: float = 0.3) -> str:
        """Press a button on the provider's page; return where the payer is sent."""
        said = requests.post(url, data={"do": do, "how": how, "after": after}, allow_redirects=False, timeout=20)
        assert said.status_code == 303
        return str(said.headers["Location"])

    def come_back(self, there: str) -> str:
        """Follow the way back to us; return the page that is shown in the end."""
        said = requests.get(there, timeout=20)
        assert said.status_code == 200
        assert "Set-Cookie" not in said.headers
        return said.text

    def delivered(self, payment: Payment, *, least: int) -> list[str]:
        """Wait until so many messages about a payment were answered; return the answers."""
        name = Payment.objects.get(id=payment.id).provider_id
        until = elapsed() + 30
        while True:
            rows = requests.get(f"{self.gateway}/delivered", timeout=20).json()
            found = [said for one, _, said in rows if one == name]
            if len(found) >= least or elapsed() > until:
                return found
            time.sleep(0.05)


def paid_alone(one: Payment, *, at: datetime) -> Payment:
    """Have a payment be paid, in a transaction of its own."""
    with transaction.atomic():
        return paid(one, at=at)
