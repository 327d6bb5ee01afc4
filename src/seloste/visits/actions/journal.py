"""The journal of one web process: what it has counted and not yet entered, so that a killed process loses nothing.

A line holds counts and nothing else: no address, no user agent, no time closer than the hour. It is written before the
visitor gets the answer and lies in the operating system's hands from then on. Leaves (files) are deleted once entered.
"""

import fcntl
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from uuid import UUID

from seloste.visits.actions.entering import Key
from seloste.visits.choices import What

LOCK, LEAF = "lock", ".leaf"
_LINE = re.compile(r"(\d{1,7})\t(\d{1,12})((?:\t[\w.:-]*){2,})", re.ASCII)
#: A leaf that grows beyond this, because the database is away, is written anew with its counts added up.
LARGEST = 4 * 1024 * 1024


class Journal:
    """Where one process writes. Locked as long as the process lives: whoever gets the lock knows that it is gone."""

    def __init__(self, folder: Path, process: UUID) -> None:
        self.folder = folder / str(process)
        unseen = folder / f".{process}"  # it gets its name once it is locked: nobody takes it for one left behind
        unseen.mkdir(mode=0o700, parents=True)
        self._lock = os.open(unseen / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        unseen.rename(self.folder)
        self._file = -1
        self.size = 0

    def begin(self, leaf: int) -> None:
        """Write to a new leaf from here on."""
        self._close_leaf()
        self._file = os.open(self.place(leaf), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self.size = 0

    def write(self, written: bytes) -> None:
        """Add what one request counts; OSError where the disk takes no more."""
        if self._file != -1:
            self.size += os.write(self._file, written)

    def stop(self) -> None:
        """Write no more to this leaf."""
        self._close_leaf()

    def write_anew(self, leaf: int, counts: Mapping[Key, int]) -> None:
        """Replace the leaf by one that holds the same counts added up."""
        anew = self.place(leaf).with_suffix(".new")
        anew.write_bytes(b"".join(line(hour, [(what, value)], n) for (hour, what, value), n in counts.items()))
        anew.replace(self.place(leaf))
        self.begin(leaf)
        self.size = self.place(leaf).stat().st_size

    def place(self, leaf: int) -> Path:
        """Return where the leaf lies."""
        return self.folder / f"{leaf}{LEAF}"

    def end(self) -> None:
        """Leave; what has not been entered stays for whoever comes next."""
        self._close_leaf()
        if not list(self.folder.glob(f"*{LEAF}")):
            remove(self.folder)
        os.close(self._lock)

    def _close_leaf(self) -> None:
        if self._file != -1:
            os.close(self._file)
            self._file = -1


def line(hour: int, counts: Iterable[tuple[str, str]], number: int = 1) -> bytes:
    """Return the line that says that so many requests counted this."""
    parts = "".join(f"\t{what}\t{value}" for what, value in counts)
    return f"{hour}\t{number}{parts}\n".encode()


def left_behind(folder: Path) -> Iterator[tuple[UUID, Path]]:
    """Yield the folders of processes that are gone, each locked for the caller while it looks at it."""
    for one in sorted(folder.iterdir()) if folder.is_dir() else []:
        try:
            process, lock = UUID(one.name), os.open(one / LOCK, os.O_RDWR)
        except (ValueError, OSError):
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if (one / LOCK).exists():  # else another process has just taken it over
                yield process, one
        except BlockingIOError:  # the process lives
            continue
        finally:
            os.close(lock)


def leaves(folder: Path) -> list[tuple[int, Path]]:
    """Return the leaves that a process left, in their order."""
    found = ((path.name.removesuffix(LEAF), path) for path in folder.glob(f"*{LEAF}"))
    return sorted((int(name), path) for name, path in found if name.isdigit())


def read(leaf: Path) -> dict[Key, int]:
    """Return what a leaf counts; a line that breaks off in the middle was never told to anybody as counted.

    Lines that cannot be read (a damaged disk, an older edition) are passed over: they would stop all others for ever.
    """
    counts: Counter[Key] = Counter()
    *whole, _broken = leaf.read_bytes().decode(errors="replace").split("\n")
    for text in whole:
        found = _LINE.fullmatch(text)
        pairs = found[3].split("\t")[1:] if found else []
        for what, value in zip(pairs[::2], pairs[1::2], strict=False):
            if found and what in What.values:
                counts[int(found[1]), what, value] += int(found[2])
    return dict(counts)


def remove(folder: Path) -> None:
    """Remove a process's folder, which holds no leaf any more."""
    for rest in (folder / LOCK, *folder.glob("*.new")):
        rest.unlink(missing_ok=True)
    folder.rmdir()
