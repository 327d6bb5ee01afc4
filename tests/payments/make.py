"""Payments for tests: providers that are named and have invented keys, and things to pay for."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from tests.make import AT

from seloste.declaration import load, reviewed
from seloste.kernel.duty import system, visitor
from seloste.payments import actions
from seloste.payments.actions.folding import News, keep, locked, refold
from seloste.payments.choices import Origin, Way
from seloste.payments.models import Payment

OVERLAY = Path(__file__).with_name("recipients.over.toml")
#: Keys that are nobody's.
ACCOUNT, SECRET = "990001", "esimerkkisalaisuus"
STRIPE_KEY, STRIPE_SECRET = "sk_test_esimerkki", "whsec_esimerkki"
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
    load.current.cache_clear()
    yield
    patch.undo()
    load.current.cache_clear()


def set_up(settings: LazySettings, gateway: str = "http://127.0.0.1:9") -> None:
    """Give both providers keys, and the address of what stands in for them."""
    settings.PAYTRAIL_ACCOUNT, settings.PAYTRAIL_SECRET = ACCOUNT, SECRET
    settings.STRIPE_KEY, settings.STRIPE_WEBHOOK_SECRET = STRIPE_KEY, STRIPE_SECRET
    settings.STRIPE_ACCOUNT = "acct_esimerkki"
    settings.PAYTRAIL_API, settings.STRIPE_API = f"{gateway}/paytrail", f"{gateway}/stripe"


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
