"""One process of the product at work on one scratch database; asked over standard input, one JSON line a time.

`{"do": "person_page", "of": [...]}` calls that method of :class:`bench.clerk.Clerk` with each argument. The answer is
one list of [milliseconds, of those milliseconds of this process's processor, database queries, what came] for each.
"""

import fcntl
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seloste.config import environment, preparation

Measured = tuple[float, float, int, int]


def main() -> None:
    """Answer until standard input ends."""
    with preparation.house():
        clerk = _clerk()
        for line in sys.stdin:
            asked = json.loads(line)
            deed: Callable[[str], int] = getattr(clerk, asked["do"])
            sys.stdout.write(json.dumps([measured(deed, argument) for argument in asked["of"]]) + "\n")
            sys.stdout.flush()


def _clerk() -> Any:  # noqa: ANN401 -- bench.clerk.Clerk, known once Django is set up
    """Return the clerk; one process after the other, for the first gathers the static files that all of them read."""
    with Path(environment.read().var / "bench.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        preparation.collect_static_files()
        from bench.clerk import Clerk  # noqa: PLC0415 -- Django has to be set up first

        return Clerk()


def measured(deed: Callable[[str], int], argument: str) -> Measured:
    """Do it once and say what it cost."""
    with _counted() as count:
        began, began_cpu = time.perf_counter(), time.process_time()
        came = deed(argument)
        took, took_cpu = time.perf_counter() - began, time.process_time() - began_cpu
    return round(took * 1000, 3), round(took_cpu * 1000, 3), count[0], came


@contextmanager
def _counted() -> Iterator[list[int]]:
    """Count the statements Django sends; BEGIN and COMMIT are not among them."""
    from django.db import connection  # noqa: PLC0415

    count = [0]

    def counting(execute: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ANN401 -- Django's own signature
        count[0] += 1
        return execute(*arguments)

    with connection.execute_wrapper(counting):
        yield count


if __name__ == "__main__":
    main()
