"""A ledger that says what was begun and not done, and a restored database in which somebody is left (I54)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from tests import make

from seloste.erasure.actions import erase
from seloste.erasure.choices import Cause
from seloste.kernel.duty import system
from seloste.ledger.choices import Kind
from seloste.ledger.models import LedgerEntry
from seloste.ledger.queries.leftovers import erased_persons, leftovers
from seloste.ledger.rules import Entry, Head, Linked, link, to_repeat
from seloste.register.models import Person

AT = datetime(2026, 11, 23, tzinfo=UTC)
HER = uuid4()


def chain(*said: tuple[Kind, UUID, tuple[str, ...]]) -> list[Linked]:
    """Return the entries in their places."""
    found: list[Linked] = []
    for kind, subject, codes in said:
        head = Head(seq=found[-1].seq, hash=found[-1].hash) if found else Head()
        found.append(link(Entry(key=uuid4(), at=AT, kind=kind, subject=subject, codes=codes), head))
    return found


@pytest.mark.django_db
def test_who_is_wholly_erased_is_looked_for_after_a_restore() -> None:
    """The two rooms mean the same by the code: else nobody would ever be looked for."""
    person_id = make.person(at=make.AT - timedelta(days=90))
    erase(by=system("rights"), at=make.AT, person_id=person_id, cause=Cause.REQUEST)

    assert LedgerEntry.objects.filter(kind=Kind.ERASED, subject=person_id).exists()
    assert erased_persons() == [person_id]
    assert leftovers(erased_persons(), today=make.AT.date()) == []
    Person.objects.create(id=person_id, reference="H-0000-0000", language="fi", created_at=make.AT, created_by=uuid4())
    assert leftovers(erased_persons(), today=make.AT.date()) == ["register.person"]


def test_erasure_that_was_overtaken_by_a_hold_destroys_no_evidence_on_restore() -> None:
    everything, held = ("request", "all", "customer_care"), ("request", "held", "customer_care")
    later = chain((Kind.ERASE, HER, everything), (Kind.ERASE, HER, held), (Kind.ERASED, HER, held))

    assert to_repeat(later) == {2}


def test_erasure_of_somebody_who_came_back_before_it_was_done_is_not_done_on_restore() -> None:
    assert to_repeat(chain((Kind.ERASE, HER, ("retention", "all", "customer_care")))) == set()


def test_every_erasure_that_was_done_or_that_waits_is_done_again() -> None:
    over, asked, objected = ("retention", "all"), ("request", "all"), ("objection", "customer_care")
    later = chain(
        (Kind.ERASE, HER, asked),
        (Kind.ERASE, HER, objected),
        (Kind.ERASED, HER, asked),
        (Kind.ERASED, HER, objected),
        (Kind.ERASE, uuid4(), asked),
    )
    other = uuid4()
    assert to_repeat(later) == {1, 2, 5}
    assert to_repeat(chain((Kind.ERASE, other, over), (Kind.ERASED, other, over))) == {1}
