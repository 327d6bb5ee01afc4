"""The demo's shop has a past: every page of the desk's shop shows something."""

from pathlib import Path

import pytest
from django.urls import reverse
from tests import make
from tests.accounts.make import client_of

from seloste.config import demo_shop, demo_trade, environment
from seloste.invoices.actions import bank
from seloste.invoices.models import BankEntry, Invoice
from seloste.kernel.clock import now
from seloste.kernel.duty import system
from seloste.shop.models import Order

pytestmark = pytest.mark.django_db


def test_each_page_of_the_shop_shows_something_and_the_statement_can_be_read_in() -> None:
    at = now()
    make.version_id()
    demo_shop.load(at=at)
    demo_trade.load(at=at)
    demo_trade.load(at=at)

    assert Order.objects.filter(source="checkout").count() == len(demo_trade.SALES)
    assert set(Invoice.objects.values_list("kind", flat=True)) == {"invoice", "credit_note"}
    browsers = {role: client_of(role) for role in ("customer_service", "accounting", "privacy")}
    pages = {
        "customer_service": ("sales:orders", "sales:services", "sales:coupons", "sales:withdrawals", "sales:owed"),
        "accounting": ("sales:invoices", "sales:payments", "invoices:late", "invoices:bank"),
    }
    for role, names in pages.items():
        for name in names:
            page = browsers[role].get(reverse(name)).content.decode()
            assert (name, "<table" in page or "panel-list" in page) == (name, True)
    content = (Path(environment.read().var) / demo_trade.STATEMENT).read_bytes()
    read = bank.read(by=system("accounting"), at=at, content=content)
    assert (read.matched >= 2, read.waiting >= 1) == (True, True)
    assert BankEntry.objects.count() >= 8
