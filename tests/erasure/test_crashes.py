"""An eraser that is killed at any step, really: nothing is half erased, and the next one brings it to the same end."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from tests.erasure import make as erasure
from tests.erasure.make import AT

from seloste.erasure import actions
from seloste.erasure.choices import Cause, JobState
from seloste.erasure.models import ErasureJob
from seloste.kernel.kept import kept
from seloste.ledger import book
from seloste.ledger.actions import flush
from seloste.ledger.choices import Kind
from seloste.ledger.models import LedgerEntry
from seloste.register.queries import whose

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).parents[2]


class Nursery:
    """The parent of the erasers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def life(self, person_id: UUID, *, die_at: int) -> dict[str, Any]:
        """Let one eraser begin with the person and die at its step; return how it ended."""
        asked = {
            "person": str(person_id),
            "at": AT.timestamp(),
            "die_at": die_at,
            "ledger": str(settings.LEDGER_FILES[0]),
            "mark": str(settings.LEDGER_MARK),
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Have a warmed parent of erasers on the test's own database."""
    known = connection.settings_dict
    url = f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.erasure.mortal"],
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Nursery(process)
    finally:
        process.communicate()


def stores(person_id: UUID) -> dict[str, int]:
    hers = whose([person_id])
    found = {store.key: len(store.records(hers)) for store in kept() if store.key.startswith("register.")}
    return {key: count for key, count in found.items() if count}


def test_killed_at_each_step_ends_as_if_nothing_had_happened() -> None:
    person_id, die_at = erasure.invoiced(), 0
    everything = stores(person_id)
    with nursery() as born:
        for die_at in range(1, 200):
            person_id = erasure.invoiced()
            died = born.life(person_id, die_at=die_at)
            if died["signal"] == 0:
                break
            assert died["signal"] == 9, died
            assert_whole_or_done(person_id, everything)
            finished(person_id, die_at)
            assert_done(person_id)
    assert die_at > 15  # every step was reached
    assert_done(person_id)


def finished(person_id: UUID, die_at: int) -> None:
    """Let the worker find what is left, as after a restart; a person whose plan was lost asks again."""
    if not ErasureJob.objects.filter(person=person_id).exists():
        actions.schedule(by=erasure.SYSTEM, at=AT, person_id=person_id, cause=Cause.REQUEST)
    later = AT + timedelta(seconds=die_at)
    actions.finish(later, by=erasure.SYSTEM)
    assert actions.finish(later, by=erasure.SYSTEM) == 0


def assert_whole_or_done(person_id: UUID, everything: dict[str, int]) -> None:
    """Nothing is half erased; and where anything is gone, the file outside the database knows it (I52)."""
    job = ErasureJob.objects.filter(person=person_id).first()
    if job is not None and job.state == JobState.VERIFIED:
        return
    assert stores(person_id) == everything


def assert_done(person_id: UUID) -> None:
    job = ErasureJob.objects.get(person=person_id)
    assert job.state == JobState.VERIFIED
    assert stores(person_id) == {
        "register.addresses": 1,
        "register.grounds": 1,
        "register.information": 1,
        "register.person": 1,
    }
    kinds = list(LedgerEntry.objects.filter(subject=person_id).order_by("id").values_list("kind", flat=True))
    assert kinds == [Kind.ERASE, Kind.ERASED]
    flush()
    told = [one.entry.kind for one in book.read(settings.LEDGER_FILES[0]) if one.entry.subject == person_id]
    assert told == [Kind.ERASE, Kind.ERASED]
