"""Measures what counting costs, what a kill loses, how exact the number of visits is, and how quick the reports are.

The peer of the cost is the same server with counting off, asked by turns in the same run for the same pages by the same
visitors. Only what is found in the tables after the run is believed to be counted.
"""
# ruff: noqa: S603 -- our own programs, and wrk

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any

import click
import psutil

from bench import scratch, visitors

DATABASE = "visits"
#: Counts up when what is loaded changes.
EDITION = 2
CONNECTIONS, SECONDS, READY_SECONDS = 8, 6, 60
#: How many different requests wrk goes through, over and over.
SENT = 20_000
DAYS, VIEWS = 400, 2_000_000
MODES = ("off", "grouped", "each")


def ensure() -> None:
    """Have a database with the product's tables."""
    wanted = f"visits edition {EDITION}"
    if scratch.mark(DATABASE) != wanted:
        scratch.make(DATABASE)
        _run("publish")
        scratch.set_mark(DATABASE, wanted)


def _run(*command: str) -> str:
    return scratch.run("bench.hits_inside", *command, on=DATABASE)


def empty() -> None:
    """Forget everything counted and logged."""
    with scratch.connect(scratch.name(DATABASE)) as connection:
        for table in ("hourcount", "daycount", "monthcount", "folded", "securityline"):
            connection.execute(f"TRUNCATE visits_{table}".encode())


def stored(question: str) -> int:
    """Ask the tables for one number."""
    with scratch.connect(scratch.name(DATABASE)) as connection:
        row = connection.execute(question.encode()).fetchone()
    return int(row[0] or 0) if row else 0


# --- The server under measurement -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Served:
    """A granian with one process of the product."""

    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """Return the processor seconds of the web process and its parent so far."""
        every = [self.process, *self.process.children(recursive=True)]
        return sum(sum(one.cpu_times()[:2]) for one in every)

    def kill(self) -> None:
        """End it as the kernel does when memory is out: web process and parent at once."""
        for one in [*self.process.children(recursive=True), self.process]:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.send_signal(signal.SIGKILL)


@contextlib.contextmanager
def serving(mode: str, folder: Path) -> Iterator[Served]:
    """Have the product served with counting as told while the block runs."""
    from bench.notice import free_port  # noqa: PLC0415

    port = free_port()
    surroundings = scratch.surroundings(scratch.name(DATABASE)) | {
        "SELOSTE_COUNTING": mode, "SELOSTE_VAR": str(folder), "PORT": str(port), "SELOSTE_LOG_LEVEL": "error",
    }  # fmt: skip
    command = [sys.executable, "-m", "bench.notice", "seloste.config.wsgi:application", str(port)]
    process = subprocess.Popen(command, env=surroundings)
    try:
        _wait(port)
        yield Served(port=port, process=psutil.Process(process.pid))
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, HTTPException):
            if _status(HTTPConnection("127.0.0.1", port, timeout=5), "/", {"User-Agent": "curl/8"}) == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


def _status(connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> int:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


@contextlib.contextmanager
def _folder(name: str) -> Iterator[Path]:
    """Have a house whose static files are gathered."""
    with tempfile.TemporaryDirectory(prefix=f"seloste-hits-{name}-") as place:
        scratch.run("bench.hits_inside", "gather", on=DATABASE, SELOSTE_VAR=place)
        yield Path(place)


# --- Cost -----------------------------------------------------------------------------------------------------------


def cost(rounds: int) -> dict[str, Any]:
    """Measure requests a second and processor time with counting off, grouped, and page by page, by turns."""
    found: dict[str, list[dict[str, float]]] = {mode: [] for mode in MODES}
    empty()
    with contextlib.ExitStack() as stack:
        script = stack.enter_context(_wrk_script())
        served = {mode: stack.enter_context(serving(mode, stack.enter_context(_folder(mode)))) for mode in MODES}
        for one in served.values():
            _load(one, script, seconds=2)
        for number in range(rounds):
            for mode in (*MODES[number % 3 :], *MODES[: number % 3]):
                found[mode].append(_load(served[mode], script))
            click.echo(f"  round {number + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", err=True)
    return {mode: _middle(rows) for mode, rows in found.items()} | {"rounds": found} | _complete(found)


def _middle(rows: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(median(row[name] for row in rows), 3) for name in rows[0]}


def _complete(found: Mapping[str, list[dict[str, float]]]) -> dict[str, Any]:
    """Return by how much counting costs more than none, round by round so that noise falls on both alike."""

    def more(mode: str, name: str) -> float:
        pairs = zip(found[mode], found["off"], strict=True)
        return round(median(row[name] / base[name] for row, base in pairs) - 1, 4)

    return {
        "cost_cpu": {mode: more(mode, "cpu_ms") for mode in MODES[1:]},
        "cost_rate": {mode: round(-more(mode, "rate"), 4) for mode in MODES[1:]},
        "load": round(os.getloadavg()[0], 1),
    }


@contextlib.contextmanager
def _wrk_script() -> Iterator[Path]:
    """Have the visitors' requests as a program for wrk."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False) as file:
        file.write("local asked = {}\n")
        everyone = visitors.requests(visitors.Truth(), host="localhost")
        for number, request in zip(range(SENT), everyone, strict=False):
            headers = ",".join(f"[{json.dumps(name)}]={json.dumps(value)}" for name, value in request.headers.items())
            file.write(f"asked[{number}] = wrk.format('GET', '{request.path}', {{['Host']='localhost',{headers}}})\n")
        file.write(f"local n = -1\nrequest = function() n = (n + 1) % {SENT}; return asked[n] end\n")
    yield Path(file.name)
    Path(file.name).unlink()


def _load(served: Served, script: Path, seconds: int = SECONDS) -> dict[str, float]:
    began = served.cpu()
    url = f"http://127.0.0.1:{served.port}"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    number = int(re.search(r"(\d+) requests in", said)[1])  # type: ignore[index]  # wrk's own words
    used = served.cpu() - began
    return {
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),  # type: ignore[index]
        "cpu_ms": round(used * 1000 / number, 4),
        "requests": number,
        "p50_ms": _ms(said, "50%"),
        "p99_ms": _ms(said, "99%"),
    }


def _ms(said: str, share: str) -> float:
    number, unit = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", said).groups()  # type: ignore[union-attr]
    return round(float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], 3)


# --- Completeness ---------------------------------------------------------------------------------------------------


def complete() -> dict[str, int]:
    """Ask some thousand pages over eight connections, end in order, and hold the tables against what was answered."""
    empty()
    with _folder("complete") as folder, serving("grouped", folder) as served:
        told = _Told()
        _readers(served.port, told, seconds=4)
    return {
        "answered": told.views + told.missing,
        "counted": _all_counted(),
        "lines": _lines(),
        "missing": told.missing,
    }


def _all_counted() -> int:
    return stored("SELECT sum(count) FROM visits_daycount WHERE what = 'status'")


def _lines() -> int:
    return stored("SELECT sum(times) FROM visits_securityline WHERE reason = 'missing'")


# --- Kills ----------------------------------------------------------------------------------------------------------


class _Told:
    """How many answers came, whole, to the readers."""

    def __init__(self) -> None:
        self.views = self.missing = self.cut = 0
        self.lock = threading.Lock()

    def add(self, status: int) -> None:
        """Note an answer; 0 for one that did not come."""
        with self.lock:
            self.views += status == 200
            self.missing += status == 404
            self.cut += status == 0


def kills(rounds: int) -> dict[str, Any]:
    """Kill the server with SIGKILL in the middle of the load, again and again; return what was lost in the end."""
    empty()
    dice, told = random.Random(visitors.SEED), _Told()  # noqa: S311 -- when to kill needs no secrecy
    with _folder("kills") as folder:
        for _number in range(rounds):
            with serving("grouped", folder) as served:
                killer = threading.Timer(dice.uniform(0.3, 2.2), served.kill)
                killer.start()
                _readers(served.port, told, seconds=30, until=killer)
        with serving("grouped", folder):
            time.sleep(4)  # the next process takes over what was left
    counted, lines = _all_counted(), _lines()
    return {
        "kills": rounds, "answered": told.views + told.missing, "counted": counted,
        "lost": max(0, told.views + told.missing - counted),
        "counted_without_answer": max(0, counted - told.views - told.missing), "cut_off": told.cut,
        "log_answered": told.missing, "log_kept": lines, "log_lost_a_kill": round((told.missing - lines) / rounds, 1),
    }  # fmt: skip


def _readers(port: int, told: _Told, *, seconds: float, until: threading.Timer | None = None) -> None:
    ends = time.monotonic() + seconds
    threads = [threading.Thread(target=_reader, args=(port, told, ends)) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if until is not None:
        until.join()


def _reader(port: int, told: _Told, ends: float) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {"User-Agent": visitors.BROWSERS[0], "Accept": "text/html", "Host": "localhost"}
    number = 0
    while time.monotonic() < ends:
        number += 1
        try:
            told.add(_status(connection, "/ei-ole/" if number % 10 == 0 else "/", headers))
        except (OSError, HTTPException):
            told.add(0)
            return


# --- Visits against the truth ---------------------------------------------------------------------------------------


def oracle() -> dict[str, Any]:
    """Hold the counts of visits against the truth of twenty thousand invented visitors."""
    from seloste.visits.rules.hits import Asked, counts  # noqa: PLC0415

    truth, found = visitors.Truth(), dict.fromkeys(("visits", "views", "left_out"), 0)
    total = 0
    for request in visitors.requests(truth):
        told, total = request.headers.get, total + 1
        asked = Asked(
            method="GET", status=200, page=visitors.PAGES[request.path][1], language="fi",
            agent=told("User-Agent", ""), accept=told("Accept", ""), objects=told("Sec-GPC") == "1",
            referrer=told("Referer", ""), site=told("Sec-Fetch-Site", ""), again=told("Cache-Control", ""),
        )  # fmt: skip
        for what, _value in counts(asked, frozenset({"example.com"})):
            if what in found:
                found[what] += 1
    return {
        "requests": total, "visitors": len(truth.visitors), "visits": truth.visits, "views": truth.views,
        "robots_and_objections": truth.robots + truth.objected, "counted": found,
        "visits_error": round(found["visits"] / truth.visits - 1, 4),
        "views_error": round(found["views"] / truth.views - 1, 4),
    }  # fmt: skip


# --- Reports --------------------------------------------------------------------------------------------------------


def load_reports() -> dict[str, Any]:
    """Fill the tables with 400 days of two million views, and their last 35 days by the hour; return their sizes."""
    empty()
    dice, today = random.Random(visitors.SEED), datetime.now(tz=UTC).date()  # noqa: S311, TID251 -- a bench asks now
    with scratch.connect(scratch.name(DATABASE)) as connection:
        hours = "COPY visits_hourcount (hour_at, what, value, count) FROM STDIN"
        days = "COPY visits_daycount (counted_on, what, value, count) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(days.encode()) as copy:
            for ago in range(DAYS):
                for row in _day(dice, today - timedelta(days=ago), VIEWS // DAYS):
                    copy.write_row(row)
        with connection.cursor() as cursor, cursor.copy(hours.encode()) as copy:
            for ago in range(35 * 24):
                at = datetime.combine(today, datetime.min.time(), tzinfo=UTC) - timedelta(hours=ago)
                for _on, what, value, count in _day(dice, today, VIEWS // DAYS // 24):
                    copy.write_row((at, what, value, count))
        connection.execute(
            "INSERT INTO visits_monthcount (month_on, what, value, count) SELECT date_trunc('month', counted_on)::date,"
            " what, value, sum(count) FROM visits_daycount GROUP BY 1, 2, 3"
        )
        connection.execute("VACUUM (ANALYZE) visits_hourcount, visits_daycount, visits_monthcount")
    return {
        table: {
            "rows": stored(f"SELECT count(*) FROM visits_{table}"),  # noqa: S608
            "bytes": stored(f"SELECT pg_total_relation_size('visits_{table}')"),
        }
        for table in ("daycount", "hourcount", "monthcount")
    } | {"views": stored("SELECT sum(count) FROM visits_daycount WHERE what = 'views'")}


#: How many different values a large site has, by what: pages by their names in the code, referrers with a long tail.
_KINDS = {"page": 45, "referrer": 400, "language": 3, "device": 4, "status": 4, "campaign": 12, "left_out": 8}


def _day(dice: random.Random, on: date, views: int) -> Iterator[tuple[object, str, str, int]]:
    yield on, "views", "", views
    yield on, "visits", "", views // 2
    for what, many in _KINDS.items():
        weights = [1 / (rank + 1) for rank in range(many)]
        drawn: dict[int, int] = {}
        for place in dice.choices(range(many), weights, k=views // (2 if what == "referrer" else 1)):
            drawn[place] = drawn.get(place, 0) + 1
        for place, count in drawn.items():
            yield on, what, _value(what, place), count


def _value(what: str, place: int) -> str:
    kept = {"language": "fi sv en", "device": "computer phone tablet other", "status": "2xx 3xx 4xx 5xx",
            "left_out": "named monitor nameless no_page head ahead spam objected"}  # fmt: skip
    if what in kept:
        return kept[what].split()[place]
    return f"site{place}.example" if what == "referrer" else f"{what}{place}"


def measure(rounds: int, kill_rounds: int) -> dict[str, Any]:
    """Measure everything."""
    ensure()
    found: dict[str, Any] = {"oracle": oracle(), "complete": complete(), "cost": cost(rounds)}
    found["inside"] = json.loads(_run("inside"))
    found |= {"kills": kills(kill_rounds), "sizes": load_reports(), "reports": json.loads(_run("reports"))}
    empty()
    return found | {"clearing": json.loads(_run("clearing"))}
