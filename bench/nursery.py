"""Senders that are born quickly and die at once: a warmed parent forks one for each life, and it may be killed.

Asked over standard input, one JSON line a life: ``{"at": <seconds>, "die_at": n}`` lets it kill itself (SIGKILL) at its
n-th step, ``{"at": <seconds>, "kill_after": s}`` has it killed from outside so many seconds after it took its first
messages; with neither it ends by itself. The answer says how it ended: the signal or 0, how many steps it took and the
last of them, for how many seconds it lived, and how many of them the processor worked for it.
"""

import contextlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from seloste.config import preparation


def main() -> None:
    """Give life after life until standard input ends. No connection is open in the parent that a child could share."""
    url, ledger = sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with preparation.house(needs_database=False):
        _warm()
        for line in sys.stdin:
            told = _life(json.loads(line), url, ledger)
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def _warm() -> None:
    """Load what a process otherwise loads with its first message: addresses, words, the declaration."""
    from django.utils.translation import gettext, override  # noqa: PLC0415 -- Django is set up by now

    from seloste.declaration.load import current  # noqa: PLC0415 -- likewise
    from seloste.mail import jobs  # noqa: F401, PLC0415 -- likewise
    from seloste.notices.queries.documents import address  # noqa: PLC0415 -- likewise

    current()
    for language in ("fi", "sv", "en"):
        with override(language):
            gettext("Privacy notice")
        address(language)


def _life(asked: Mapping[str, Any], url: str, ledger: Path | None) -> dict[str, Any]:
    """Fork a sender, end it as asked, and return how it ended."""
    inside, outside = os.pipe()
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.close(inside)
        _live(asked, url, ledger, outside)
    os.close(outside)
    with os.fdopen(inside, "rb", buffering=0) as said:
        steps = _listen(said, child, asked.get("kill_after"))
    _pid, status, used = os.wait4(child, 0)
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
    took = time.perf_counter() - began
    return {
        "signal": ended,
        "steps": len(steps),
        "last": steps[-1] if steps else "",
        "seconds": took,
        "processor": used.ru_utime + used.ru_stime,
    }


def _listen(said: IO[bytes], child: int, kill_after: float | None) -> list[str]:
    """Return the steps of a life; with ``kill_after``, end it so many seconds after it took its first messages."""
    heard, killer = b"", None
    while came := said.read(4096):
        heard += came
        if killer is None and kill_after is not None and b"claimed " in heard:
            killer = threading.Timer(kill_after, _kill, [child])
            killer.start()
    if killer:
        killer.cancel()
        killer.join()
    return heard.decode("ascii").split()


def _kill(child: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it was quicker; it is waited for only afterwards, so it is itself
        os.kill(child, signal.SIGKILL)


def _live(asked: Mapping[str, Any], url: str, ledger: Path | None, steps: int) -> None:
    """Be a sender: take back what the dead held, send what is due, settle what nobody knows; then end."""
    from seloste.kernel.duty import system  # noqa: PLC0415 -- Django is set up by now
    from seloste.mail import actions, jobs  # noqa: PLC0415 -- likewise
    from seloste.mail.transport import Smtp  # noqa: PLC0415 -- likewise

    code = 1
    try:
        at = datetime.fromtimestamp(asked["at"], tz=UTC)
        out = Smtp(url, ledger=ledger)
        if asked.get("blind"):
            _requeue_blindly()
        actions.expire(by=system("customer_care"), at=at)
        jobs.settle_unknown(out, at)
        jobs.Sender(out, batch=asked.get("batch", 20), step=Steps(steps, asked.get("die_at"))).run(at)
        code = 0
    except Exception:  # noqa: BLE001 -- the end of a process: whoever looks at it is told why
        traceback.print_exc()
    finally:
        os._exit(code)


def _requeue_blindly() -> None:
    """Do what is wrong on purpose: send again whatever hung. A test that does not see this sees nothing."""
    from django.db.models import F  # noqa: PLC0415 -- Django is set up by now

    from seloste.mail.models import Message  # noqa: PLC0415

    hung = Message.objects.filter(state="handed_over")
    hung.update(state="queued", next_try_at=F("queued_at"), lease_until=None)


class Steps:
    """Tells each step to the parent, and dies at the one it was told."""

    def __init__(self, told_to: int, die_at: int | None) -> None:
        self._told_to = told_to
        self._die_at = die_at
        self._count = 0

    def __call__(self, name: str) -> None:
        """Be at a step."""
        self._count += 1
        os.write(self._told_to, f"{name} ".encode("ascii"))
        if self._count == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
