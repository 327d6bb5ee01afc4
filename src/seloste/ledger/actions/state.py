"""Whether this thread is doing again what an old entry says."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

_repeated: ContextVar[int | None] = ContextVar("repeated", default=None)


def now_repeating() -> int | None:
    """Return the number of the entry that is being done again, None where none is."""
    return _repeated.get()


def is_replaying() -> bool:
    """Tell whether something is being done again."""
    return _repeated.get() is not None


@contextlib.contextmanager
def repeating(number: int) -> Iterator[None]:
    """Have deeds enter nothing while the block runs: what they do has its entry."""
    token = _repeated.set(number)
    try:
        yield
    finally:
        _repeated.reset(token)
