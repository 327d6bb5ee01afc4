"""Fills scratch databases with synthetic Finnish people, about twenty rows each, by COPY.

The same seed gives the same people. A person's number decides her id, her purposes and when she came, so that later
rows can be about anybody who came before, as in life: her notes and calls lie scattered over the tables, not side by
side. Rows are made a chunk at a time, so a million people need no more memory than ten thousand.
"""
# ruff: noqa: S311 -- invented people need no strong randomness

import json
import random
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate

import click
import psycopg

from bench import scratch, words
from seloste.declaration import canonical, load
from seloste.kernel.ids import ALPHABET, check_character
from seloste.register.rules import address_line

SEED = 20261122
#: Counts up when the same seed no longer gives the same rows.
EDITION = 2
CHUNK = 2_000
PER_ORGANISATION = 10

_END = datetime(2026, 11, 1, tzinfo=UTC)
_YEARS = timedelta(days=6 * 365)
_STAFF = ("0" * 31 + "a", "0" * 31 + "b", "0" * 31 + "c")
_NULL = "\\N"
_MASK = (1 << 64) - 1

#: What people are held for, and how many of a hundred: most by customer service, some by others alone.
_HELD = (
    (50, ("customer_care", "order")),
    (12, ("customer_care", "order", "projects")),
    (8, ("customer_care", "feedback")),
    (15, ("b2b_contact", "direct_marketing")),
    (7, ("b2b_contact", "customer_care")),
    (6, ("accounting",)),
    (2, ("fault_investigation",)),
)
_PURPOSES = tuple(purposes for share, purposes in _HELD for _ in range(share))

_FACT = (
    "id,source,source_detail,collected_at,collected_by,notice_version_id,purposes,ended_at,ended_by,end_reason,replaces"
)
_COLUMNS = {
    "register_person": "id,reference,kind,language,created_at,created_by",
    "register_organisation": f"{_FACT},reference,name,business_id,website,email,phone",
    "register_name": f"{_FACT},person_id,given_name,family_name",
    "register_contactpoint": f"{_FACT},person_id,kind,network,value,original,verified_at,mark",
    "register_postaladdress": f"{_FACT},person_id,street,postal_code,city,country,mark",
    "register_position": f"{_FACT},person_id,organisation_id,title,relevance",
    "register_feedback": f"{_FACT},person_id,text,given_at",
    "register_project": f"{_FACT},person_id,name,description,state,started_on,closed_on",
    "register_note": f"{_FACT},person_id,text",
    "register_ground": "id,person_id,purpose,basis,since_on,runs_from,keep_until,started_by,ended_at,ended_by",
    "register_noticedelivery": (
        "id,person_id,notice_version_id,article,language,due_on,delivered_at,delivered_by,channel"
    ),
    "intake_interaction": f"{_FACT},person_id,kind,direction,occurred_at,text,reference",
    "audit_auditevent": "at,actor,role,purpose,deed,subjects,categories,item,denied",
}

Rows = dict[str, list[str]]


def mixed(number: int) -> int:
    """Return 64 bits that look random and are the number's own (SplitMix64)."""
    number = (number + 0x9E3779B97F4A7C15) & _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


def uuid7(at_ms: int, bits: int) -> str:
    """Return a version 7 UUID as 32 hexadecimal digits."""
    return f"{at_ms:012x}7{bits & 0xFFF:03x}{0b10 << 62 | (bits >> 2):016x}"


def reference(prefix: str, number: int) -> str:
    """Return the number's own reference: a permutation of all 35-bit numbers, so that no two are alike."""
    bits = number * 0x5DEECE66D % (1 << 35)
    body = "".join(ALPHABET[bits >> shift & 31] for shift in range(30, -1, -5))
    code = body + check_character(prefix + body)
    return f"{prefix}-{code[:4]}-{code[4:]}"


def ascii_of(text: str) -> str:
    """Return the text as people write it in e-mail addresses."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "".join(character for character in plain if character.isalnum())


@dataclass(frozen=True, kw_only=True)
class Town:
    """All that a chunk needs to know about the whole: how many people, and when each came."""

    people: int
    seed: int
    notice_version: int = 1

    def came_ms(self, number: int) -> int:
        """Return when the person came, in milliseconds since 1970; later numbers came later."""
        span = int(_YEARS.total_seconds() * 1000)
        return int(_END.timestamp() * 1000) - span + number * span // self.people

    def person_id(self, number: int) -> str:
        """Return the id of the person of the number."""
        return uuid7(self.came_ms(number), mixed(number ^ self.seed))

    def organisation_id(self, number: int) -> str:
        """Return the id of the organisation of the number."""
        return uuid7(self.came_ms(number * PER_ORGANISATION), mixed(number ^ self.seed ^ 1 << 50))

    def purposes(self, number: int) -> tuple[str, ...]:
        """Return what the person is held for."""
        return _PURPOSES[mixed(number ^ self.seed ^ 1 << 51) % len(_PURPOSES)]


_GIVEN_WEIGHTS, _FAMILY_WEIGHTS = words.zipf(len(words.GIVEN)), words.zipf(len(words.FAMILIES))
_LANGUAGES = ("fi",) * 88 + ("sv",) * 8 + ("en",) * 4
_CITY_WEIGHTS = list(accumulate(1 / (rank + 2) for rank in range(len(words.CITIES))))


class Chunk:
    """The rows of some people who came one after another, and what else happened in those days."""

    def __init__(self, town: Town, first: int, last: int) -> None:
        self.town = town
        self.numbers = range(first, last)
        self.dice = random.Random(f"{town.seed}:{first}")
        self.rows: Rows = defaultdict(list)
        self.at_ms = town.came_ms(first)
        self.span_ms = max(town.came_ms(last) - self.at_ms, 1)

    def filled(self) -> Rows:
        """Return the rows of the chunk by table."""
        count = len(self.numbers)
        given = self.dice.choices(words.GIVEN, cum_weights=_GIVEN_WEIGHTS, k=2 * count)
        families = self.dice.choices(words.FAMILIES, cum_weights=_FAMILY_WEIGHTS, k=2 * count)
        for place, number in enumerate(self.numbers):
            if number % PER_ORGANISATION == 0:
                self._organisation(number // PER_ORGANISATION, families[place])
            self._person(number, self._given(given, place), self._family(families, place))
        for _ in range(count):
            self._day()
        return self.rows

    # --- who came

    def _given(self, names: Sequence[str], place: int) -> str:
        first, second, luck = names[2 * place], names[2 * place + 1], self.dice.random()
        if luck < 0.65 or first == second:
            return first
        return f"{first} {second}" if luck < 0.9 else f"{first}-{second}"

    def _family(self, names: Sequence[str], place: int) -> str:
        first, second, luck = names[2 * place], names[2 * place + 1], self.dice.random()
        if luck < 0.78 or first == second:
            return first
        if luck < 0.82:
            return f"{first}-{second}"
        return self.dice.choice(words.RARE_FAMILIES) if luck < 0.99 else self.dice.choice(words.NOBLE)

    def _person(self, number: int, given: str, family: str) -> None:
        town, dice = self.town, self.dice
        person, purposes, at_ms = town.person_id(number), town.purposes(number), town.came_ms(number)
        at, on = _moment(at_ms), _moment(at_ms)[:10]
        held, language = "{" + ",".join(purposes) + "}", dice.choice(_LANGUAGES)
        self._add("register_person", person, reference("H", number), "person", language, at, _STAFF[0])
        self._name(person, at_ms, held, given, family)
        self._contacts(person, at_ms, held, given, family)
        self._places(person, at_ms, held, number)
        self._grounds(person, at_ms, on, purposes)
        self._informed(person, at_ms, on, language)
        self._audit(person, at, "person.added", purposes[0])

    def _name(self, person: str, at_ms: int, held: str, given: str, family: str) -> None:
        if self.dice.random() < 0.08:  # had another name before
            old = self.dice.choice(words.FAMILIES)
            before = self._fact(at_ms, held, ended="corrected")
            self._add("register_name", before, person, given, old)
            now = self._fact(at_ms + 1000, held, replaces=before[:32])
        else:
            now = self._fact(at_ms, held)
        self._add("register_name", now, person, given, family)

    def _contacts(self, person: str, at_ms: int, held: str, given: str, family: str) -> None:
        dice = self.dice
        box = f"{ascii_of(given.split(maxsplit=1)[0])}.{ascii_of(family)}"
        number = dice.randrange(10_000)
        if dice.random() < 0.95:
            at = dice.choice(("example.com", "example.org", "mail.example.com"))
            box_here = box if dice.random() < 0.1 else f"{box}{number}"
            ended = "removed" if dice.random() < 0.1 else ""
            self._contact(person, at_ms, held, "email", f"{box_here}@{at}", ended=ended)
        if dice.random() < 0.85:
            phone = f"+358{dice.choice((40, 41, 44, 45, 46, 50))}{dice.randrange(2_000_000, 9_999_999)}"
            self._contact(person, at_ms, held, "phone", phone)
        if dice.random() < 0.3 and "accounting" not in held:
            handle = f"{box.replace('.', dice.choice('._'))}{number % 100}"
            self._contact(person, at_ms, held, "social", handle, network=dice.choice(words.NETWORKS))
        if dice.random() < 0.1:
            self._contact(person, at_ms, held, "web", f"https://{box}{number}.example.org")

    def _contact(
        self, person: str, at_ms: int, held: str, kind: str, value: str, *, network: str = "", ended: str = ""
    ) -> None:
        fact = self._fact(at_ms, held, ended=ended)
        self._add("register_contactpoint", fact, person, kind, network, value, value, _NULL, _mark(value))

    def _places(self, person: str, at_ms: int, held: str, number: int) -> None:
        dice, town = self.dice, self.town
        if dice.random() < 0.7:
            city, code = dice.choices(words.CITIES, cum_weights=_CITY_WEIGHTS)[0]
            street = f"{dice.choice(words.STREETS)} {dice.randrange(1, 150)}"
            mark = _mark(address_line(street, code, city, "FI"))
            self._add("register_postaladdress", self._fact(at_ms, held), person, street, code, city, "FI", mark)
        if dice.random() < 0.55:
            employer = int((number // PER_ORGANISATION + 1) * dice.random() ** 2)  # the old ones are the big ones
            title = dice.choice(words.TITLES)
            self._add("register_position", self._fact(at_ms, held), person, town.organisation_id(employer), title, "")

    def _grounds(self, person: str, at_ms: int, on: str, purposes: Sequence[str]) -> None:
        recent = _moment(max(at_ms, int((_END - timedelta(days=700)).timestamp() * 1000)))[:10]
        until = f"{int(recent[:4]) + 2}-{recent[5:7]}-28"
        for purpose in purposes:
            row = (person, purpose, "legitimate_interest", on, recent, until, _STAFF[0], _NULL, _NULL)
            self._add("register_ground", self._id(at_ms), *row)

    def _informed(self, person: str, at_ms: int, on: str, language: str) -> None:
        row = (person, str(self.town.notice_version), "13", language, on)
        given = (_moment(at_ms), _STAFF[0], "email") if self.dice.random() < 0.98 else (_NULL, _NULL, "")
        self._add("register_noticedelivery", self._id(at_ms), *row, *given)

    def _organisation(self, number: int, family: str) -> None:
        dice, at_ms = self.dice, self.town.came_ms(number * PER_ORGANISATION)
        name = f"{dice.choice(words.TRADES)} {family} {dice.choice(words.FORMS)}"
        if dice.random() < 0.4:
            name = f"{family}-{dice.choice(words.TRADES).lower()} {dice.choice(words.FORMS)}"
        held = "{b2b_contact,customer_care,direct_marketing,order,projects}"
        fact = self.town.organisation_id(number) + self._fact(at_ms, held)[32:]
        site = f"https://{ascii_of(name)}{number}.example.com"
        box, phone = f"info@{site[8:]}", f"+3589{2_000_000 + number % 7_000_000}"
        row = (reference("Y", number), name, _business_id(number), site, box, phone)
        self._add("register_organisation", fact, *row)

    # --- what happened in those days, with anybody who had come by then

    def _day(self) -> None:
        """Add on average one person's share of what happens: six interactions, two notes and the rest."""
        dice = self.dice
        for _ in range(dice.randrange(13)):
            self._interaction()
        for _ in range(dice.choice((0, 1, 2, 2, 3))):
            self._text("register_note", "customer_care")
        if dice.random() < 0.8:
            self._text("register_feedback", "feedback")
        if dice.random() < 0.5:
            self._project()
        person, _held = self._someone()
        self._audit(person, _moment(self._now()), "person.read", "customer_care")

    def _someone(self) -> tuple[str, str]:
        """Return who it happened with: one in five times one of the regulars, who are two in a hundred."""
        known = self.numbers.stop
        number = self.dice.randrange(known)
        if self.dice.random() < 0.2:
            number -= number % 50
        return self.town.person_id(number), "{" + ",".join(self.town.purposes(number)) + "}"

    def _now(self) -> int:
        return self.at_ms + self.dice.randrange(self.span_ms)

    def _interaction(self) -> None:
        (person, held), at_ms = self._someone(), self._now()
        kind, source = self.dice.choice(_KINDS)
        way = self.dice.choice(("in", "out"))
        self._add(
            "intake_interaction", self._fact(at_ms, held, source), person, kind, way, _moment(at_ms), self._words(), ""
        )

    def _text(self, table: str, purpose: str) -> None:
        (person, held), at_ms = self._someone(), self._now()
        more = (_moment(at_ms),) if purpose == "feedback" else ()
        ended = "removed" if self.dice.random() < 0.05 else ""
        self._add(table, self._fact(at_ms, held, ended=ended), person, self._words(), *more)

    def _project(self) -> None:
        (person, held), at_ms = self._someone(), self._now()
        name, on = " ".join(self.dice.choices(words.TOPICS, k=2)).capitalize(), _moment(at_ms)[:10]
        self._add("register_project", self._fact(at_ms, held), person, name, self._words(), "closed", on, on)

    def _audit(self, person: str, at: str, deed: str, purpose: str) -> None:
        actor = self.dice.choice(_STAFF)
        row = (actor, "customer_service", purpose, deed, "{" + person + "}", "{contact,identity}", _NULL, "f")
        self._add("audit_auditevent", at, *row)

    # --- how rows are written

    def _words(self) -> str:
        return " ".join(self.dice.choices(words.TOPICS, k=self.dice.randrange(4, 30))).capitalize() + "."

    def _id(self, at_ms: int) -> str:
        return uuid7(at_ms, self.dice.getrandbits(64))

    def _fact(self, at_ms: int, held: str, source: str = "email", *, ended: str = "", replaces: str = _NULL) -> str:
        at, staff, version = _moment(at_ms), _STAFF[at_ms % 3], self.town.notice_version
        end = f"{at}\t{staff}\t{ended}" if ended else f"{_NULL}\t{_NULL}\t"
        return f"{self._id(at_ms)}\t{source}\t\t{at}\t{staff}\t{version}\t{held}\t{end}\t{replaces}"

    def _add(self, table: str, *values: str) -> None:
        self.rows[table].append("\t".join(values))


def _mark(address: str) -> str:
    """Mark an address as ``kernel.marks`` does, without the house's key: nobody is looked for by it here."""
    return "\\\\x" + sha256(address.casefold().encode()).hexdigest()


_KINDS = (
    ("message", "web_form"),
    ("call", "phone"),
    ("call", "phone"),
    ("email", "email"),
    ("email", "email"),
    ("email", "email"),
    ("meeting", "meeting"),
)


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, tz=UTC).isoformat()


def _business_id(number: int) -> str:
    """Return a business id with the right check digit, or nothing where the number has none."""
    body = f"{1_000_000 + number * 7 % 9_000_000:07d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return "" if rest == 1 else f"{body}-{(11 - rest) % 11}"


def mark(people: int, seed: int) -> str:
    """Return what a finished scratch database says of itself, with a reference as the product now makes them."""
    return f"{people} people, seed {seed}, edition {EDITION}, the first {reference('H', 1)}"


# --- loading ----------------------------------------------------------------------------------------------------------


def ensure(people: int, *, seed: int = SEED, rebuild: bool = False) -> None:
    """Have a finished scratch database of so many people, made anew where it is missing or of another kind."""
    wanted = mark(people, seed)
    if rebuild or scratch.mark(people) != wanted:
        scratch.make(people)
        _load(Town(people=people, seed=seed))
        scratch.set_mark(people, wanted)
        return
    scratch.migrate(people)
    with _loading(people) as connection:
        _publish_notice(connection, Town.notice_version)


@contextmanager
def _loading(people: int) -> Iterator[psycopg.Connection]:
    with scratch.connect(scratch.name(people)) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys hold by construction
        connection.execute("SET synchronous_commit = off")
        yield connection


def _load(town: Town) -> None:
    with _loading(town.people) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        _publish_notice(connection, town.notice_version)
        indexes = _indexes_taken_down(connection)
        for first in _shown(range(0, town.people, CHUNK), town.people):
            _copy(connection, Chunk(town, first, min(first + CHUNK, town.people)).filled())
        click.echo("  building indexes …", err=True)
        for definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM (FREEZE, ANALYZE)")
        connection.execute("CHECKPOINT")


def _publish_notice(connection: psycopg.Connection, version: int) -> None:
    """Have the present notice as the one version that every row names, whatever it was when the rows were made."""
    values = canonical.plain(load.load(load.folder()))
    row = (version, "1.0", canonical.text_hash(values), json.dumps(values), _END - _YEARS, _END, _STAFF[0])
    connection.execute(
        "INSERT INTO notices_noticeversion (id, version, text_hash, declaration, change_class, effective_from, "
        "published_at, published_by) VALUES (%s, %s, %s, %s, 'new_purpose', %s, %s, %s) "
        "ON CONFLICT (id) DO UPDATE SET text_hash = excluded.text_hash, declaration = excluded.declaration",
        row,
    )


def _indexes_taken_down(connection: psycopg.Connection) -> list[str]:
    """Drop the indexes that carry no constraint and return how to make them: built at once they are made far sooner."""
    found = connection.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "WHERE i.indrelid = ANY(%s::regclass[]) "
        "AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(_COLUMNS)],
    ).fetchall()
    for name, _definition in found:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


def _copy(connection: psycopg.Connection, rows: Mapping[str, Sequence[str]]) -> None:
    with connection.transaction():
        for table, lines in rows.items():
            with connection.cursor().copy(f"COPY {table} ({_COLUMNS[table]}) FROM STDIN") as copy:
                copy.write("\n".join(lines) + "\n")


def _shown(chunks: Sequence[int], people: int) -> Iterator[int]:
    """Hand out the chunks, telling now and then how many people a second and how much time remains."""
    began = told = time.monotonic()
    for first in chunks:
        yield first
        if time.monotonic() - told > 5 or first == chunks[-1]:
            told = time.monotonic()
            done = min(first + CHUNK, people)
            rate = done / (told - began)
            left = timedelta(seconds=int((people - done) / rate))
            click.echo(f"  {done:>9,} of {people:,} people  {rate:,.0f}/s  {left} left", err=True)
