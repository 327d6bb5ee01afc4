"""Killed at any place, our side finds the state again: no payment lost, nothing charged or sent back twice (P5, P8)."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection
from tests.make import duty
from tests.payments.make import SUM, Shop, payment
from tests.payments.test_webhooks import theirs

from seloste.config import gateway as keys
from seloste.config.gateway import paytrail
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.payments import actions, jobs
from seloste.payments.choices import RefundState, RefundWhy, State, Trouble, Way
from seloste.payments.models import Payment, PaymentEvent, PaymentTrouble, Refund

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def killed(shop: Shop, place: str, what: str, name: str = "-") -> None:
    """Have a process of ours die at the place while it does something on this database."""
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}"
    environ = {
        **os.environ,
        **keys.SETTINGS,
        "DATABASE_URL": url,
        "SELOSTE_DEMO": "true",
        "SELOSTE_GATEWAY": shop.gateway,
        "SELOSTE_LEDGER": str(settings.LEDGER_FILES[0]),
        "PYTHONPATH": str(Path.cwd()),
    }
    died = subprocess.run(
        [sys.executable, "-m", "tests.payments.die", place, what, name],
        env=environ,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]


def state(one: Payment) -> str:
    return Payment.objects.values_list("state", flat=True).get(id=one.id)


def test_killed_between_hearing_and_folding_the_payment_is_found(shop: Shop) -> None:
    one, url = shop.begin(Way.PAYTRAIL)
    shop.choose(url, how="missing")
    one.refresh_from_db()
    mine = theirs(one, id=one.provider_id)
    killed(shop, "received", "receive", paytrail.message(mine, "ok"))
    assert (state(one), PaymentEvent.objects.count()) == (State.OPEN, 1)
    killed(shop, "fetched", "settle", str(one.id))
    killed(shop, "folded", "settle", str(one.id))
    assert (state(one), PaymentEvent.objects.count()) == (State.OPEN, 1)
    assert jobs.ask(now()) == 1
    assert state(one) == State.PAID


def test_killed_while_it_was_begun_it_is_begun_again_under_another_stamp(shop: Shop) -> None:
    one = payment(at=now())
    killed(shop, "begun", "redirect", str(one.id))
    with pytest.raises(actions.Busy):
        actions.redirect(at=now(), payment_id=one.id)
    url = actions.redirect(at=now() + timedelta(seconds=31), payment_id=one.id)
    shop.choose(url, how="missing")
    jobs.ask(now() + timedelta(minutes=5))
    assert (state(one), Payment.objects.get().tries) == (State.PAID, 2)


@pytest.mark.parametrize("place", ["claimed", "sent"])
@pytest.mark.parametrize("way", [Way.PAYTRAIL, Way.STRIPE])
def test_killed_while_money_was_sent_back_it_goes_back_once(way: Way, place: str, shop: Shop) -> None:
    one, url = shop.begin(way)
    shop.choose(url, how="missing")
    actions.settle(at=now(), payment_id=one.id)
    values: dict[str, Any] = {"payment_id": one.id, "amount": SUM, "why": RefundWhy.WITHDRAWAL, "key": "a"}
    actions.refund(by=system("order"), at=now(), **values)
    killed(shop, place, "refund")
    assert Refund.objects.get().state == RefundState.CLAIMED
    assert jobs.refund(now()) == 0
    later = now() + timedelta(minutes=3)
    jobs.refund(later)
    if way == Way.PAYTRAIL:  # nothing tells whether it was sent: an employee looks, and says so
        assert Refund.objects.get().state == RefundState.UNKNOWN
        assert PaymentTrouble.objects.get(settled_at=None).kind == Trouble.REFUND_UNKNOWN
        found = Refund.objects.get()
        actions.resolve_refund(by=duty("accounting"), at=later, refund_id=found.id, went_through=place == "sent")
        jobs.refund(later)
    assert (Refund.objects.get().state, state(one)) == (RefundState.DONE, State.REFUNDED)
    book = requests.get(f"{shop.gateway}/books", timeout=20).json()
    name = Payment.objects.get().provider_id
    assert [refund["amount"] for refund in book[name]["refunds"]] == [4990]
    assert not PaymentTrouble.objects.filter(settled_at=None).exists()
