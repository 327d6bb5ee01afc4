"""A process of ours that is killed at one place: `python -m tests.payments.die <place> <deed> <id>`."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

PLACES = {
    "received": ("seloste.payments.actions.hearing", "_note", "after"),
    "fetched": ("seloste.payments.actions.settling", "_take_in", "before"),
    "folded": ("seloste.payments.actions.settling", "schedule", "before"),
    "begun": ("seloste.payments.actions.beginning", "_note_begun", "before"),
    "claimed": ("seloste.payments.actions.refunding", "_speak", "before"),
    "sent": ("seloste.payments.actions.refunding", "_speak", "after"),
}


def _dying(deed: Callable[..., Any], when: str) -> Callable[..., Any]:
    def dies(*args: object, **values: object) -> None:
        if when == "after":
            deed(*args, **values)
        os.kill(os.getpid(), signal.SIGKILL)

    return dies


def main(place: str, what: str, name: str) -> None:
    import importlib

    import django

    django.setup()
    module, deed, when = PLACES[place]
    found = importlib.import_module(module)
    setattr(found, deed, _dying(getattr(found, deed), when))

    from seloste.kernel.clock import now
    from seloste.payments import actions, jobs

    if what == "receive":
        actions.receive(provider="paytrail", raw=name.encode(), headers={}, at=now())
    if what == "settle":
        actions.settle(at=now(), payment_id=UUID(name))
    if what == "redirect":
        actions.redirect(at=now(), payment_id=UUID(name))
    if what == "refund":
        jobs.refund(now())


if __name__ == "__main__":
    main(*sys.argv[1:])
