"""What the benchmark of the audience asks of the product, and its peer."""

import random
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from seloste.consents.choices import Channel
from seloste.consents.queries import facts
from seloste.consents.queries.audience import choose
from seloste.consents.rules.contact import may_contact
from seloste.kernel.duty import Duty
from seloste.outreach.actions.mailings import choose_audience
from seloste.outreach.models import Mailing

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TODAY = AT.date()
SAMPLE = 300
_COLUMNS = "mailing_id, person_id, address, mark, language, rule, evidence, denied"
_BY = Duty(
    actor=UUID(int=10),
    role="marketing",
    purpose="direct_marketing",
    purposes=frozenset({"direct_marketing"}),
    categories=frozenset({"identity", "contact", "consent", "correspondence", "provenance"}),
    may=frozenset({"read", "write"}),
)


class Chooser:
    """Freezes audiences as the product does, and copies the same rows into a table of the same shape."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.chosen = 0
        self._sample = [_person(random.Random(number).randrange(1, people + 1)) for number in range(SAMPLE)]  # noqa: S311
        self._classes: list[int] = []
        self._file = Path(gettempdir()) / f"seloste-audience-{people}.copy"

    def check(self, oracle: str) -> None:
        """Freeze once, compare with the oracle, and lay the rows on disk for the peer."""
        self.chosen = self._freeze(keep=True)
        with connection.cursor() as cursor:
            cursor.execute(oracle, [self.people])
            expected = cursor.fetchone()[0]
        assert self.chosen == expected, f"{self.chosen} chosen, {expected} expected"  # noqa: S101 -- the point of a check

    def freeze(self) -> int:
        """Choose everybody and write who was chosen, by which rule and on what evidence."""
        return self._freeze()

    def freeze_and_read(self) -> int:
        """The same, and hand out ids and addresses in parts, as the sending does."""
        return self._freeze(read=True)

    def _freeze(self, *, read: bool = False, keep: bool = False) -> int:
        mailing = Mailing.objects.create(id=uuid4(), made_at=AT, made_by=_BY.actor, changed_at=AT, changed_by=_BY.actor)
        choose_audience(by=_BY, at=AT, mailing_id=mailing.id)
        with transaction.atomic(), connection.cursor() as cursor:
            if read:
                _read(cursor)
            if keep:
                self._keep(cursor)
            cursor.execute("SELECT sum(count) FROM outreach_tally WHERE mailing_id = %s AND allow", [mailing.id])
            return int(cursor.fetchone()[0])

    def clear(self) -> None:
        """Empty the tables between rounds, so that each begins alike."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE outreach_recipient, outreach_tally, bench_peer")

    def _keep(self, cursor: Any) -> None:  # noqa: ANN401 -- a Django cursor
        cursor.execute("DROP TABLE IF EXISTS bench_peer")
        cursor.execute("CREATE TABLE bench_peer (LIKE outreach_recipient INCLUDING ALL)")
        choose(Channel.EMAIL, today=TODAY)
        cursor.execute("SELECT DISTINCT class FROM contact_facts")
        self._classes = [row[0] for row in cursor.fetchall()]
        rows = f"COPY outreach_recipient ({_COLUMNS}) TO STDOUT"
        with self._file.open("wb") as file, cursor.copy(rows) as copy:
            file.writelines(bytes(part) for part in copy)

    def copy(self) -> int:
        """The peer: the same rows from a file into an empty table of the same shape."""
        with transaction.atomic(), connection.cursor() as cursor:
            with self._file.open("rb") as file, cursor.copy(f"COPY bench_peer ({_COLUMNS}) FROM STDIN") as copy:
                while part := file.read(1 << 18):
                    copy.write(part)
            return self.chosen

    def one_person(self) -> int:
        """Decide about single persons, each with all that is known of her."""
        for person in self._sample:
            facts.known(Channel.EMAIL, person_id=person, today=TODAY)
        return len(self._sample)

    def rule_alone(self) -> int:
        """Ask the pure rule of situations that are at hand."""
        situations = [facts.unpack(one, channel=Channel.EMAIL, today=TODAY) for one in self._classes]
        for _ in range(100):
            for situation in situations:
                may_contact(situation)
        return 100 * len(situations)


def _read(cursor: Any) -> None:  # noqa: ANN401 -- a Django cursor
    last = 0
    while True:
        cursor.execute(
            "SELECT id, person_id, address FROM outreach_recipient WHERE id > %s ORDER BY id LIMIT 1000", [last]
        )
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]


def _person(number: int) -> UUID:
    return UUID(md5(f"p{number}".encode()).hexdigest())  # noqa: S324 -- as PostgreSQL made the ids
