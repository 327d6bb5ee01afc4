"""The file outside the database: one line an entry, added at the end, on the disk before anything follows from it.

A database that is put back to an earlier day finds here what happened since. Several files may be kept, one of them on
another disk or machine; each is a whole copy.
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from seloste.ledger import rules
from seloste.ledger.rules import BrokenChainError, Head, Linked

#: More than the longest line: the last whole line is found within it.
_TAIL = 256 * 1024


class DamagedBookError(Exception):
    """A line in the file is no entry, or none that fits. ``line`` counts from 1."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}, line {line}: {what}")
        self.path, self.line, self.what = path, line, what


def read(path: Path, *, after: int = 0) -> Iterator[Linked]:
    """Yield the links of the file that come after the number, having checked every one from the first.

    A last line without its end was being written when the machine stopped; nothing followed from it, so it is no entry.
    DamagedBookError where a line was changed, is missing, or is no entry.
    """
    before: Linked | None = None
    with path.open("rb") as book:
        for number, text in enumerate(book, 1):
            if not text.endswith(b"\n"):
                return
            before = _next(path, number, text, before)
            if before.seq > after:
                yield before


def _next(path: Path, number: int, text: bytes, before: Linked | None) -> Linked:
    try:
        found = rules.read(text)
        if before is None:
            rules.check([found])
        else:
            rules.check_follows(Head(seq=before.seq, hash=before.hash), found)
    except BrokenChainError as wrong:
        raise DamagedBookError(path, number, wrong.what) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DamagedBookError(path, number, "the line was changed or is no entry") from None
    return found


def head(path: Path) -> Head | None:
    """Return the last link of the file, looking at its end alone; the beginning where it is empty, None without one."""
    try:
        with path.open("rb") as book:
            book.seek(max(0, book.seek(0, os.SEEK_END) - _TAIL))
            lines = book.read().split(b"\n")[:-1]
    except FileNotFoundError:
        return None
    if not lines:
        return Head()
    try:
        last = rules.read(lines[-1])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DamagedBookError(path, 0, "its last line was changed or is no entry") from None
    return Head(seq=last.seq, hash=last.hash)


def append(path: Path, links: Sequence[Linked]) -> int:
    """Add the links that the file lacks, and return when they are on the disk. Mends a torn last line first.

    BrokenChainError where the first of them does not follow the file's last.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    is_new = not path.exists()
    with _alone(path), path.open("ab") as book:
        if is_new:
            path.chmod(0o600)
        _mend(path)
        last = head(path) or Head()
        added = [one for one in links if one.seq > last.seq]
        if added and last.seq:
            rules.check_follows(last, added[0])
        if added:
            book.write(b"".join(map(rules.line, added)))
            book.flush()
            os.fsync(book.fileno())
    if is_new:
        sync_folder(path.parent)
    return len(added)


def _mend(path: Path) -> None:
    """Cut off what a killed process left of a line that it did not finish."""
    with path.open("rb+") as book:
        size = book.seek(0, os.SEEK_END)
        book.seek(max(0, size - _TAIL))
        tail = book.read()
        whole = tail.rfind(b"\n") + 1
        if whole < len(tail):
            book.truncate(size - len(tail) + whole)


def forget(path: Path, *, before: int) -> None:
    """Write the file anew without the entries before the number; whoever is killed meanwhile leaves the old one."""
    if not path.exists():
        return
    with _alone(path):
        kept = list(read(path, after=before - 1))
        draft = path.with_name(f".{path.name}.new")
        with draft.open("wb") as book:
            draft.chmod(0o600)
            book.write(b"".join(map(rules.line, kept)))
            book.flush()
            os.fsync(book.fileno())
        draft.replace(path)
    sync_folder(path.parent)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Have one process at a time write."""
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sync_folder(folder: Path) -> None:
    """Have the names of a folder's files on the disk, not only what is in them."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


# --- What was seen ----------------------------------------------------------------------------------------------------


def remember(path: Path, seen: Head) -> None:
    """Write down, apart from the file, how far it went: a file that was cut off is noticed by it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with draft.open("wb") as note:
        draft.chmod(0o600)
        note.write(f"{seen.seq} {seen.hash.hex()}\n".encode("ascii"))
        note.flush()
        os.fsync(note.fileno())
    draft.replace(path)


def begin(path: Path, mark: Path) -> None:
    """Lay an empty file, and the note that one was laid here, before the first entry is placed."""
    if remembered(mark) is None:
        remember(mark, Head())
    append(path, [])


def remembered(path: Path) -> Head | None:
    """Return how far the file was seen to go; None where none was ever laid here."""
    try:
        seq, _space, told = path.read_text(encoding="ascii").strip().partition(" ")
        return Head(seq=int(seq), hash=bytes.fromhex(told))
    except FileNotFoundError:
        return None
    except ValueError:
        return Head()
