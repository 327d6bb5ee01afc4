"""Measures visitor statistics from inside: in a process that works on the scratch database of ``bench.hits``."""

import io
import json
import tempfile
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import click

from bench import visitors
from seloste.config import preparation


@click.group()
def main() -> None:
    """Measure the scratch database; called by ``python -m bench hits``."""


@main.command()
def publish() -> None:
    """Publish the notice."""
    with preparation.house():
        from seloste.kernel.clock import now  # noqa: PLC0415
        from seloste.notices.actions import ensure_published  # noqa: PLC0415

        ensure_published(at=now())


@main.command()
def gather() -> None:
    """Gather the static files."""
    with preparation.house():
        preparation.collect_static_files()


@main.command()
@click.option("--rounds", default=15)
def reports(rounds: int) -> None:
    """Ask for every period, the question alone and the whole page, and print the milliseconds."""
    with preparation.house():
        preparation.collect_static_files()
        from bench.clerk import Clerk  # noqa: PLC0415
        from seloste.kernel.clock import local_date, now  # noqa: PLC0415
        from seloste.visits.forms import SpanForm  # noqa: PLC0415
        from seloste.visits.queries.statistics import statistics  # noqa: PLC0415

        clerk, today, found = Clerk("technical"), local_date(now()), {}
        for period in ("today", "week", "month", "year"):
            form = SpanForm({"period": period}, today=today)
            asked, pages, own = [], [], []
            for _number in range(rounds + 1):
                began = time.perf_counter()
                statistics(by=clerk.duty, span=form.span(), compared=form.compared(), today=today)
                then, cpu = time.perf_counter(), time.process_time()
                clerk._ask("GET", "/tyopoyta/kavijat/", QUERY_STRING=f"period={period}")  # noqa: SLF001
                asked.append((then - began) * 1000)
                pages.append((time.perf_counter() - then) * 1000)
                own.append((time.process_time() - cpu) * 1000)
            found[period] = {
                "first_ms": round(asked[0], 1), "question_ms": round(median(asked[1:]), 1),
                "page_ms": round(median(pages[1:]), 1), "fastest_page_ms": round(min(pages[1:]), 1),
                "page_cpu_ms": round(median(own[1:]), 1),
            }  # fmt: skip
        click.echo(json.dumps(found))


@main.command()
@click.option("--lines", default=1_000_000)
def clearing(lines: int) -> None:
    """Delete a month of the security log's lines in steps, and print how long it took."""
    with preparation.house():
        from django.db import connection, transaction  # noqa: PLC0415

        from seloste.kernel.clock import now  # noqa: PLC0415
        from seloste.kernel.duty import system  # noqa: PLC0415
        from seloste.visits.retention import LINES  # noqa: PLC0415

        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO visits_securityline (at, address, method, path, status, ms, request, agent, reason, times)"
                " SELECT now() - interval '60 days' + n * interval '59 days' / %s, '192.0.2.1', 'GET', '/x/', 404, 3,"
                " md5(n::text), repeat('a', 90), 'missing', 1 FROM generate_series(1, %s) n", [lines, lines],
            )  # fmt: skip
            cursor.execute("ANALYZE visits_securityline")
            cursor.execute("SELECT pg_total_relation_size('visits_securityline')")
            size = cursor.fetchone()[0]
        began, steps, gone, slowest = time.perf_counter(), 0, 0, 0.0
        while True:
            step = time.perf_counter()
            with transaction.atomic():
                cleared = LINES.clear(system("web_security"), now(), 10_000)
            gone, steps, slowest = gone + cleared, steps + 1, max(slowest, time.perf_counter() - step)
            if cleared < 10_000:
                break
        click.echo(json.dumps({
            "lines": lines, "bytes_a_line": round(size / lines), "deleted": gone, "steps": steps,
            "seconds": round(time.perf_counter() - began, 2), "slowest_step_ms": round(slowest * 1000),
        }))  # fmt: skip


@main.command()
@click.option("--requests", "number", default=6_000)
def inside(number: int) -> None:
    """Answer the visitors in one process, with and without counting by turns, and print the processor time of each.

    On a busy machine this is the surest figure: every request is measured beside its twin. What the clerk's thread uses
    is measured apart and added, once a second of the requests' own time.
    """
    with tempfile.TemporaryDirectory() as folder, preparation.house():
        preparation.collect_static_files()
        from seloste.config.wsgi import application  # noqa: PLC0415
        from seloste.visits.actions.books import Books, open_books  # noqa: PLC0415

        books = Books(Path(folder) / "visits")
        used: dict[bool, list[float]] = {True: [], False: []}
        entering = []
        everyone = list(zip(range(number), visitors.requests(visitors.Truth(), host="localhost"), strict=False))
        for place, request in everyone:
            for counts in (True, False) if place % 2 else (False, True):
                open_books(books if counts else None)
                began = time.thread_time()
                _answer(application, request)
                used[counts].append(time.thread_time() - began)
            if place % 400 == 399:  # about a second of one process
                began = time.thread_time()
                books.enter()
                entering.append(time.thread_time() - began)
        paths = [request.path for _place, request in everyone]
        clerk = sum(entering) / len(entering) / 400 * 1000
        click.echo(json.dumps({
            "requests": number, "clerk_ms": round(clerk, 4), "all": _twins(used, paths, visitors.PAGES, clerk),
            "start page": _twins(used, paths, ("/",), clerk), "notice": _twins(used, paths, ("/tietosuoja/",), clerk),
        }))  # fmt: skip


def _twins(used: Mapping[bool, list[float]], paths: list[str], of: Collection[str], clerk: float) -> dict[str, float]:
    """Return the processor time of the pages without and with counting, in milliseconds, and by what share it grows."""
    places = [place for place, path in enumerate(paths) if path in of and place > len(paths) // 10]
    off, on = (sum(used[counts][place] for place in places) / len(places) * 1000 for counts in (False, True))
    return {"off_ms": round(off, 4), "on_ms": round(on, 4), "cost": round((on + clerk) / off - 1, 4)}


def _answer(application: Any, request: visitors.Request) -> None:  # noqa: ANN401 -- a WSGI application
    environ: dict[str, object] = {
        f"HTTP_{name.upper().replace('-', '_')}": told for name, told in request.headers.items()
    }
    environ |= {
        "REQUEST_METHOD": "GET", "PATH_INFO": request.path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
    }  # fmt: skip
    body = application(environ, lambda *_told: bytearray().extend)
    try:
        sum(map(len, body))
    finally:
        body.close()


if __name__ == "__main__":
    main()
