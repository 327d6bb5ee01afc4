"""How an entry is written, and how each is bound to the one before it (SHA-256). Plain Python; no table, no clock."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any
from uuid import UUID

from seloste.ledger.choices import LIFTED_BY, REPEATED, TIME_WAS_UP, Kind

#: What stands before the first entry.
GENESIS = bytes(32)
#: A code or part of a store's name: small letters, underscores and once two digits (b2b, art14), so that no address,
#: number or sentence fits in, and no name as people write it.
_WORD = "[a-z]+([0-9][0-9]?[a-z]*)?"
CODE = f"{_WORD}(_{_WORD})*"
STORE = rf"{CODE}\.{CODE}"
LONGEST = 60
MOST_CODES, MOST_STORES = 40, 200


class BrokenChainError(ValueError):
    """The entries do not fit together: one was changed, left out or put in. Says after which number."""

    def __init__(self, after: int, what: str) -> None:
        super().__init__(what)
        self.after = after
        self.what = what


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What happened, without a word about who it was: a random id or a keyed mark, and codes of closed lists."""

    key: UUID
    at: datetime
    kind: Kind
    subject: UUID | None = None
    codes: tuple[str, ...] = ()
    mark: bytes = b""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Linked:
    """An entry in its place: its number, and the hash that binds it to all before it."""

    seq: int
    entry: Entry
    previous: bytes
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The last link of a chain. Number 0 is the beginning."""

    seq: int = 0
    hash: bytes = GENESIS


def checked(entry: Entry) -> Entry:
    """Return the entry; ValueError where it could say more than codes and counts. The database refuses the same."""
    if len(entry.codes) > MOST_CODES or not all(_is(CODE, code) for code in entry.codes):
        message = "a code of the ledger is letters and underscores only"
        raise ValueError(message)
    if len(entry.counts) > MOST_STORES or not all(_is(STORE, store) for store in entry.counts):
        message = "a store of the ledger is room.what"
        raise ValueError(message)
    if len(entry.mark) not in {0, 32} or any(count < 0 for count in entry.counts.values()):
        message = "a mark has 32 bytes and a count is not negative"
        raise ValueError(message)
    return entry


def _is(pattern: str, text: str) -> bool:
    return len(text) <= LONGEST and re.fullmatch(pattern, text) is not None


# --- The chain --------------------------------------------------------------------------------------------------------


def link(entry: Entry, after: Head) -> Linked:
    """Return the entry as the next link of the chain."""
    seq = after.seq + 1
    return Linked(seq=seq, entry=entry, previous=after.hash, hash=_hash(seq, entry, after.hash))


def _hash(seq: int, entry: Entry, previous: bytes) -> bytes:
    return sha256(_canonical(_members(seq, entry, previous))).digest()


def _canonical(members: Mapping[str, Any]) -> bytes:
    """One way to write it: members sorted, no space, ASCII. What is hashed is what is stored."""
    return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _members(seq: int, entry: Entry, previous: bytes) -> dict[str, Any]:
    return {
        "v": 1,
        "seq": seq,
        "key": str(entry.key),
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "kind": entry.kind.value,
        "subject": str(entry.subject) if entry.subject else None,
        "codes": list(entry.codes),
        "mark": entry.mark.hex(),
        "counts": dict(entry.counts),
        "previous": previous.hex(),
    }


def line(linked: Linked) -> bytes:
    """Return the link as a line of the file."""
    members = _members(linked.seq, linked.entry, linked.previous)
    return _canonical({**members, "hash": linked.hash.hex()}) + b"\n"


def read(text: bytes) -> Linked:
    """Return the link that a line holds; ValueError where it is none, or its hash is not its own."""
    members = json.loads(text)
    entry = Entry(
        key=UUID(members["key"]),
        at=datetime.fromisoformat(members["at"]),
        kind=Kind(members["kind"]),
        subject=UUID(members["subject"]) if members["subject"] else None,
        codes=tuple(members["codes"]),
        mark=bytes.fromhex(members["mark"]),
        counts=dict(members["counts"]),
    )
    seq, previous, said = int(members["seq"]), bytes.fromhex(members["previous"]), bytes.fromhex(members["hash"])
    if (
        _hash(seq, entry, previous) != said
        or line(found := _linked(seq, entry, previous, said)).strip() != text.strip()
    ):
        message = "its hash is not its own"
        raise ValueError(message)
    return found


def _linked(seq: int, entry: Entry, previous: bytes, said: bytes) -> Linked:
    return Linked(seq=seq, entry=entry, previous=previous, hash=said)


def check(chain: Iterable[Linked]) -> None:
    """Raise BrokenChainError where a link does not follow the one before it.

    The oldest may go when their time is up, so a chain may begin at any number; at 1 it begins with nothing before it.
    """
    links = list(chain)
    if links and links[0].seq == 1 and links[0].previous != GENESIS:
        raise BrokenChainError(0, "the first entry names one before it")
    for before, after in pairwise(links):
        check_follows(Head(seq=before.seq, hash=before.hash), after)
    for one in links:
        check_own(one)


def check_follows(head: Head, after: Linked) -> None:
    """Raise BrokenChainError unless the link is the next one."""
    if after.seq != head.seq + 1:
        raise BrokenChainError(head.seq, f"entry {after.seq} follows entry {head.seq}")
    if after.previous != head.hash:
        raise BrokenChainError(head.seq, f"entry {after.seq} was made after another entry {head.seq}")


def check_own(one: Linked) -> None:
    """Raise BrokenChainError where the link's hash is not that of what it says."""
    if _hash(one.seq, one.entry, one.previous) != one.hash:
        raise BrokenChainError(one.seq - 1, f"entry {one.seq} was changed")


# --- What is done again -----------------------------------------------------------------------------------------------


def to_repeat(later: Sequence[Linked]) -> set[int]:
    """Return the numbers of the entries that are done again: what was lifted later is not said again.

    Where it stood when the backup was made it keeps standing. That errs on the safe side: she can lift it again. An
    erasure that was overtaken and never done is not done now: the person came back, or somebody has a claim.
    """
    lifted: set[tuple[object, ...]] = set()
    overtaken = _overtaken(later)
    found = set()
    for one in reversed(later):
        entry = one.entry
        if one.seq in overtaken:
            continue
        if entry.kind in LIFTED_BY.values():
            lifted.add(_matter(entry.kind, entry))
        elif entry.kind in REPEATED and _matter(LIFTED_BY.get(entry.kind), entry) not in lifted:
            found.add(one.seq)
    return found


def _overtaken(later: Sequence[Linked]) -> set[int]:
    """Return the numbers of erasures that were entered, and entered anew with other codes before they were done.

    One whose time was up, and that was not proved, is none either: whoever is still due goes the next night.
    """
    proved: set[tuple[object, ...]] = set()
    anew: set[tuple[object, ...]] = set()
    found = set()
    for one in reversed(later):
        entry = one.entry
        cause = (entry.subject, entry.codes[:1])
        if entry.kind is Kind.ERASED:
            proved.add((entry.subject, entry.codes))
        elif entry.kind is Kind.ERASE:
            if (entry.subject, entry.codes) not in proved and (cause in anew or entry.codes[:1] == (TIME_WAS_UP,)):
                found.add(one.seq)
            anew.add(cause)
    return found


def _matter(kind: Kind | None, entry: Entry) -> tuple[object, ...]:
    return (kind, entry.subject, entry.mark, entry.codes)
