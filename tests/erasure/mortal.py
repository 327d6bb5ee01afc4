"""Erasers that are killed at a step: a warmed parent (``python -m tests.erasure.mortal``) forks one for each life.

Asked over standard input, one JSON line a life: the person, the moment and the step at which it kills itself (SIGKILL).
The answer says with which signal it ended and the name of its last step.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from importlib import import_module
from typing import Any
from uuid import UUID

from seloste.config import preparation

#: What is wrapped: module, function, name of the step. Each is a step when it is done.
_STEPS = (
    ("erasing", "schedule"),
    ("erasing", "_enter"),
    ("ledger", "flush"),
    ("erasing", "take"),
    ("erasing", "announce"),
    ("erasing", "work_out"),
    ("execution", "_erase"),
    ("execution", "_end_grounds"),
    ("execution", "_block"),
    ("execution", "_verify"),
    ("erasing", "_conclude"),
    ("ledger", "enter"),
    ("erasing", "_do"),
)


def main() -> None:
    """Give life after life until standard input ends. The parent opens no connection that a child could share."""
    with preparation.house(needs_database=False):
        import_module("seloste.erasure.actions")  # warmed
        for line in sys.stdin:
            sys.stdout.write(json.dumps(_life(json.loads(line))) + "\n")
            sys.stdout.flush()


def _life(asked: dict[str, Any]) -> dict[str, Any]:
    inside, outside = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inside)
        _live(asked, outside)
    os.close(outside)
    with os.fdopen(inside, "rb") as said:
        steps = said.read().decode().split()
    _pid, status = os.waitpid(child, 0)
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)
    return {"signal": ended, "steps": len(steps), "last": steps[-1] if steps else ""}


def _live(asked: dict[str, Any], outside: int) -> None:
    from django.conf import settings

    from seloste.erasure import actions
    from seloste.erasure.actions import erasing, execution
    from seloste.erasure.choices import Cause
    from seloste.kernel.duty import system
    from seloste.ledger import actions as ledger

    settings.LEDGER_FILES = [type(settings.LEDGER_FILES[0])(asked["ledger"])]
    settings.LEDGER_MARK = type(settings.LEDGER_FILES[0])(asked["mark"])
    taken = 0

    def step(name: str) -> None:
        nonlocal taken
        taken += 1
        os.write(outside, f"{name} ".encode())
        if taken == asked["die_at"]:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(do: Callable[..., Any], name: str) -> Callable[..., Any]:
        @wraps(do)
        def watching(*args: Any, **told: Any) -> Any:  # noqa: ANN401 -- goes through
            done = do(*args, **told)
            if name != "_erase" or args[0].goes:  # a store of which nothing goes is no step
                step(name)
            return done

        return watching

    for where, name in _STEPS:
        module: Any = {"erasing": erasing, "execution": execution, "ledger": ledger}[where]
        setattr(module, name, watched(getattr(module, name), name))
    try:
        at = datetime.fromtimestamp(asked["at"], UTC)
        actions.erase(by=system("rights"), at=at, person_id=UUID(asked["person"]), cause=Cause.REQUEST)
    except BaseException as wrong:  # noqa: BLE001 -- told to the parent
        os.write(outside, f"failed:{type(wrong).__name__} ".encode())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main()
