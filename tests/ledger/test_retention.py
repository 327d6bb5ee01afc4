"""The oldest entries go, here and outside, and what is left is still one chain."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from tests import make

from seloste.config.backup import WINDOW
from seloste.kernel.clock import local_date
from seloste.kernel.duty import system
from seloste.ledger import book
from seloste.ledger.actions import enter, flush
from seloste.ledger.choices import Kind, Standing
from seloste.ledger.models import LedgerEntry, Link
from seloste.ledger.queries import standing, verify
from seloste.ledger.retention import STORE

#: The database's own clock decides what may go, so these are really old.
OLD, LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 6, 1, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_oldest_entries_go_in_the_file_too() -> None:
    for at in (OLD, LATER, OLD):
        flush_one(at)
    today = datetime(2023, 2, 1, tzinfo=UTC)

    assert STORE.clear(system("rights"), today, 100) == 1

    assert [one.seq for one in book.read(settings.LEDGER_FILES[0])] == [2, 3]
    assert (LedgerEntry.objects.count(), Link.objects.count()) == (2, 2)
    assert (verify(), standing().state) == ([], Standing.WHOLE)
    assert (
        STORE.clear(system("rights"), today + timedelta(days=4000), 100) == 1
    )  # the newest stays: the next follows it
    flush_one(make.AT)
    assert [one.seq for one in book.read(settings.LEDGER_FILES[0])] == [3, 4]
    assert (verify(), standing().state) == ([], Standing.WHOLE)


def flush_one(at: datetime) -> None:
    from django.db import transaction

    with transaction.atomic():
        enter(at=at, kind=Kind.ERASE, subject=uuid4())
    flush()


@pytest.mark.django_db
def test_entries_outlive_every_backup() -> None:
    enter(at=make.AT, kind=Kind.ERASE, subject=uuid4())
    flush()
    enter(at=make.AT, kind=Kind.ERASE, subject=uuid4())
    flush()

    (due,) = STORE.due(local_date(make.AT) + timedelta(days=1200))
    assert due.on - local_date(make.AT) > 10 * WINDOW
