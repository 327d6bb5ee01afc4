"""Senders that are born quickly and die at once: a warmed parent forks one for each life, and it may be killed.

Asked over standard input, one JSON line a life: ``{"at": <seconds>, "die_at": n}`` lets it kill itself (SIGKILL) at its
n-th step, ``{"at": <seconds>, "kill_after": s}`` has it killed from outside after so many seconds; with neither it
ends by itself. The answer says how it ended: the signal or 0, the last step, and how many messages it handed over.
"""

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seloste.config import preparation


def main() -> None:
    """Give life after life until standard input ends. No connection is open in the parent that a child could share."""
    url, ledger = sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None
    with preparation.house(needs_database=False):
        for line in sys.stdin:
            told = _life(json.loads(line), url, ledger)
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


def _life(asked: Mapping[str, Any], url: str, ledger: Path | None) -> dict[str, Any]:
    """Fork a sender, end it as asked, and return how it ended."""
    inside, outside = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inside)
        _live(asked, url, ledger, outside)
    os.close(outside)
    killer = threading.Timer(asked["kill_after"], os.kill, [child, signal.SIGKILL]) if "kill_after" in asked else None
    if killer:
        killer.start()
    with os.fdopen(inside, encoding="ascii") as said:
        steps = said.read().split()
    _pid, status = os.waitpid(child, 0)
    if killer:
        killer.cancel()
        killer.join()
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
    return {"signal": ended, "steps": len(steps), "last": steps[-1] if steps else ""}


def _live(asked: Mapping[str, Any], url: str, ledger: Path | None, steps: int) -> None:
    """Be a sender: take back what the dead held, send what is due, settle what nobody knows; then end."""
    from seloste.kernel.duty import system  # noqa: PLC0415 -- Django is set up by now
    from seloste.mail import actions, jobs  # noqa: PLC0415 -- likewise
    from seloste.mail.transport import Smtp  # noqa: PLC0415 -- likewise

    code = 1
    try:
        at = datetime.fromtimestamp(asked["at"], tz=UTC)
        out = Smtp(url, ledger=ledger)
        actions.expire(by=system("customer_care"), at=at)
        jobs.settle_unknown(out, at)
        jobs.Sender(out, batch=asked.get("batch", 20), step=Steps(steps, asked.get("die_at"))).run(at)
        code = 0
    except Exception:  # noqa: BLE001 -- the end of a process: whoever looks at it is told why
        traceback.print_exc()
    finally:
        os._exit(code)


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
