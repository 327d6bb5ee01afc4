"""How the database is built: columns, keys and references as the models say, and nothing in it that acts by itself.

The census asks what is held; this asks whether the database still keeps it as the code believes. A rule or a trigger
that nobody declared can copy, change or swallow what is written, the record of reads included.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from seloste.declaration.checks import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column's type as PostgreSQL spells it, and whether it refuses to be empty."""

    kind: str
    required: bool

    def __str__(self) -> str:
        return f"{self.kind}{' NOT NULL' if self.required else ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """What makes rows one of a kind or ties them to others; ``target`` is the table that a reference points to."""

    table: str
    columns: tuple[str, ...]
    kind: Literal["primary key", "unique", "reference"]
    target: str = ""

    def __str__(self) -> str:
        return f"{self.kind}{f' to {self.target}' if self.target else ''}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Agent:
    """Something in the database that acts by itself, or hides or sends away what is stored."""

    kind: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Structure:
    """What the models want and what the database has; columns are named by table and name."""

    wanted_columns: Mapping[tuple[str, str], Column]
    found_columns: Mapping[tuple[str, str], Column]
    wanted_keys: Sequence[Key]
    found_keys: AbstractSet[Key]
    agents: Sequence[Agent]
    unlogged: Sequence[str]


def problems(seen: Structure) -> Iterator[Problem]:
    """Yield every difference; a column that is not there at all is the census's finding."""
    yield from _columns(seen)
    yield from _keys(seen)
    for agent in seen.agents:
        yield Problem("E015", agent.name, f"the {agent.kind} is none of ours, and no declaration says what it does")
    for table in seen.unlogged:
        yield Problem("E016", table, "the table is unlogged: a crash of the database would empty it")


def _columns(seen: Structure) -> Iterator[Problem]:
    for (table, name), wanted in seen.wanted_columns.items():
        found = seen.found_columns.get((table, name))
        if found is not None and found != wanted:
            yield Problem("E017", f"{table}.{name}", f"the model says {wanted}, but the column is {found}")


def _keys(seen: Structure) -> Iterator[Problem]:
    for key in seen.wanted_keys:
        stands = all((key.table, column) in seen.found_columns for column in key.columns)
        if stands and key not in seen.found_keys:
            place = f"{key.table}.{','.join(key.columns)}"
            yield Problem("E031", place, f"the model says {key}, but the database no longer keeps it so")
