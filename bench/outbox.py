"""The outbox: how many messages a second leave, and what thousands of killed senders do to them.

The messages are queued by the product's own deed, half of them marketing to people who have consented; the sender is
the product's own, with its own connection to PostgreSQL (`synchronous_commit` on); the mail server is `bench.sink`.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from bench import scratch
from bench.scratch import Told
from seloste.kernel.clock import now

DATABASE = "outbox"
#: Each sender is born so long after the one before, by its own clock: longer than a lease and the time to settle.
GENERATION = 130.0
#: So many messages wait at least while senders are killed, so that a death always meets work.
STOCK = 400


@dataclass(kw_only=True)
class Found:
    """What a run with kills found."""

    kills: int = 0
    seconds: float = 0.0
    queued: int = 0
    unknown: int = 0
    died_at: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    duplicates: int = 0
    lost: int = 0
    states: dict[str, int] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """Return the figures."""
        return {**vars(self), "died_at": dict(self.died_at.most_common()), "seconds": round(self.seconds, 1)}


@contextmanager
def ground(*, can_be_asked: bool = True) -> Iterator[tuple[Told, Told, Path]]:
    """Have an empty scratch database, a sink, a filler of the outbox and a nursery of senders while the block runs."""
    with scratch.server(), tempfile.TemporaryDirectory(prefix="seloste-outbox-") as folder:
        scratch.make(DATABASE)
        ledger = Path(folder) / "ledger"
        var = str(Path(folder) / "var")
        sink = subprocess.Popen([sys.executable, "-m", "bench.sink", str(ledger)], stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            url = f"smtp://127.0.0.1:{(sink.stdout.readline() if sink.stdout else '').strip()}"
            asked = [str(ledger)] if can_be_asked else []
            nursery = Told("bench.nursery", url, *asked, on=DATABASE, SELOSTE_VAR=var)
            filler = Told("bench.filler", on=DATABASE, SELOSTE_VAR=var)
            yield nursery, filler, ledger
            nursery.end()
            filler.end()
        finally:
            sink.kill()
            sink.communicate()


def speed(messages: int, rounds: int) -> list[dict[str, float]]:
    """Measure how fast the outbox is filled and emptied; a round ends when nothing waits any more."""
    found = []
    with ground() as (nursery, filler, ledger):
        at = now().timestamp()
        for number in range(rounds + 1):
            filled = filler.ask(count=messages, at=at)["seconds"]
            took, worked = _drained(nursery, filler, at + GENERATION * (number + 1))
            if number:  # the first round warms up
                found.append(
                    {
                        "messages": messages,
                        "queued_a_second": round(messages / filled, 1),
                        "sent_a_second": round(messages / took, 1),
                        "own_cpu_ms_each": round(worked / messages * 1000, 2),
                        "load": round(os.getloadavg()[0], 1),
                    }
                )
        marks = Counter(line.split(" ")[0] for line in ledger.read_text(encoding="utf-8").splitlines())
        if len(marks) != messages * (rounds + 1) or max(marks.values()) != 1:
            raise click.ClickException("The sink did not get each message once: the figures mean nothing.")
    return found


def _drained(nursery: Told, filler: Told, at: float) -> tuple[float, float]:
    """Let senders live until nothing waits; return the seconds they lived, and those of the processor in them.

    A run of the sweep ends after twenty seconds, so there may be several.
    """
    lives = [nursery.ask(at=at, batch=50)]
    while filler.ask(at=at)["waiting"]:
        lives.append(nursery.ask(at=at, batch=50))
    return sum(life["seconds"] for life in lives), sum(life["processor"] for life in lives)


#: Every step is as likely as any other: six to seven messages, of eight steps each.
STEPS = 56


def kills(wanted: int, *, seed: int = 8058, can_be_asked: bool = True, by_step: bool = False) -> Found:
    """Kill senders until so many have died at work; then let them finish, and count.

    At random moments most die where most time goes, in the database; ``by_step`` has each step hit alike.
    """
    dice = random.Random(seed)  # noqa: S311 -- the same moments for the same seed
    found = Found()
    began = time.monotonic()
    with ground(can_be_asked=can_be_asked) as (nursery, filler, ledger):
        at = now().timestamp()
        while found.kills < wanted:
            at += GENERATION
            _stock(filler, found, at)
            when: dict[str, float] = (
                {"die_at": dice.randint(1, STEPS)} if by_step else {"kill_after": dice.uniform(0.0, 0.06)}
            )
            told = nursery.ask(at=at, batch=20, **when)
            if told["signal"]:
                found.kills += 1
                found.died_at[told["last"] or "before the first step"] += 1
            if found.kills % 250 == 0 and told["signal"]:
                click.echo(f"  {found.kills} killed, {time.monotonic() - began:.0f} s", err=True)
        for _ in range(6):
            at += GENERATION
            nursery.ask(at=at)
        found.seconds = time.monotonic() - began
        _count(found, filler, ledger)
    return found


def _stock(filler: Told, found: Found, at: float) -> None:
    """Queue some more where little waits; looked at now and then, for looking costs too."""
    if found.kills % 20 == 0 and (waiting := filler.ask(at=at)["waiting"]) < STOCK:
        filler.ask(count=2 * STOCK - waiting, at=at)


def _count(found: Found, filler: Told, ledger: Path) -> None:
    """Compare what the sink got with what the outbox says of each message.

    A duplicate is a copy more than the policy allows: a service message of which nobody could tell is sent once more.
    Lost is what is said to be accepted and was not, and what nobody ever tried to the end.
    """
    took = Counter(line.split(" ")[0] for line in ledger.read_text(encoding="utf-8").splitlines())
    told = filler.ask(at=0.0, every=True)
    found.queued, found.states, found.unknown = len(told["rows"]), told["states"], told["ever_unknown"]
    for mark, state, kind, resent in told["rows"]:
        copies = took.pop(mark, 0)
        allowed = 1 if kind == "marketing" else 1 + resent
        found.duplicates += max(0, copies - allowed)
        found.sent_again += resent
        found.lost += (state == "accepted" and not copies) or state not in {"accepted", "unknown"}
    found.duplicates += sum(took.values())  # marks that the outbox does not know
