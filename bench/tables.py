"""The figures as tables for people: in the terminal, and in docs/performance.md."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.run import NAMES, Measurements


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table whose columns stand under each other."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def warm(found: Measurements) -> str:
    """Return each question at each size, and how many times its smallest size's time the largest takes."""
    rows: list[list[object]] = []
    for do, name in NAMES.items():
        figures = [found.row(people, do) for people in found.sizes]
        rows += [_row(name, people, row, figures[0]) for people, row in zip(found.sizes, figures, strict=True)]
    head = [
        "question",
        "people",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "own CPU p50",
        "own CPU p95",
        "queries",
        "p50 ratio",
        "p95 ratio",
    ]
    return table(head, rows)


def _row(name: str, people: int, row: dict[str, float], base: dict[str, float]) -> list[object]:
    told = [row[figure] for figure in ("p50", "p95", "p99", "cpu50", "cpu95", "queries")]
    return [name, f"{people:,}", *told, *_ratio(row, base)]


def _ratio(row: dict[str, float], base: dict[str, float]) -> list[str]:
    return [f"{row[share] / base[share]:.2f}" for share in ("p50", "p95")]


def kinds(found: Measurements) -> str:
    """Return the searches by kind, the sizes side by side."""
    rows: list[list[object]] = []
    by_place = {(row["people"], row["kind"]): row for row in found.kind_rows()}
    for kind in dict.fromkeys(row["kind"] for row in found.kind_rows()):
        figures = [by_place[people, kind] for people in found.sizes]
        rows.append([kind, *(f"{row['p50']} / {row['p95']}" for row in figures)])
    return table(["kind of search", *(f"{people:,}: p50 / p95 ms" for people in found.sizes)], rows)


def cold(found: Sequence[tuple[str, Measurements]]) -> str:
    """Return the first requests after a start."""
    rows = [
        [NAMES[do], f"{people:,}", *(measured.row(people, do)[share] for share in ("p50", "p95", "p99"))]
        for do, measured in found
        for people in measured.sizes
    ]
    return table(["question, cold", "people", "p50 ms", "p95 ms", "p99 ms"], rows)


def notice(rates: Sequence[dict[str, Any]]) -> str:
    """Return the page rate of the notice beside the bare server's."""
    rows = [
        [pair["pair"], f"{pair['bare']:,.0f}", f"{pair['notice']:,.0f}", f"{pair['notice'] / pair['bare']:.3f}"]
        for pair in rates
    ]
    return table(["pair", "bare server, pages/s", "notice, pages/s", "ratio"], rows)


def audience(found: Sequence[dict[str, Any]]) -> str:
    """Return what choosing an audience took, against COPY of the same rows, and what one decision takes."""
    rows = []
    for one in found:
        took = {name: figures["median"] for name, figures in one["seconds"].items()}
        whole, copied = took["freeze and read back"], took["copy"]
        rows.append(
            [
                *(f"{one['people']:,}", f"{one['chosen']:,}", f"{took['freeze']:.2f}", f"{whole:.2f}", f"{copied:.2f}"),
                *(f"{took['freeze'] / copied:.2f}", f"{whole / copied:.2f}"),
                *(f"{took['one person'] * 1000:.2f}", f"{1 / took['rule alone']:,.0f}"),
            ]
        )
    head = ["people", "chosen", "freeze s", "and read back s", "COPY s", "freeze ÷ COPY", "all ÷ COPY"]
    return table([*head, "one person ms", "rule alone /s"], rows)


def hits(found: Mapping[str, Any]) -> str:
    """Return what counting costs, what was lost, and how long reports take."""
    cost = found["cost"]
    rows = [
        [mode, *(cost[mode][name] for name in ("rate", "cpu_ms", "p50_ms", "p99_ms")),
         f"{cost['cost_cpu'].get(mode, 0):+.1%}", f"{-cost['cost_rate'].get(mode, 0):+.1%}"]
        for mode in ("off", "grouped", "each")
    ]  # fmt: skip
    head = ["counting", "requests/s", "CPU ms a request", "p50 ms", "p99 ms", "CPU", "rate"]
    reports = [[period, *figures.values()] for period, figures in found["reports"].items()]
    names = ["period", *(name.replace("_", " ") for name in found["reports"]["year"])]
    told = {name: found[name] for name in ("inside", "oracle", "complete", "kills", "sizes", "clearing")}
    return "\n\n".join([table(head, rows), table(names, reports), *(f"{name}: {what}" for name, what in told.items())])
