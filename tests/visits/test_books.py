"""What was told to be counted is counted once: over threads, processes, kills, and times without a database."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection
from tests.visits import make

from seloste.visits.actions import books as books_module
from seloste.visits.actions import entering, journal
from seloste.visits.actions.books import Books
from seloste.visits.models import DayCount, Folded, HourCount, SecurityLine

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
HOUR = int(AT.timestamp()) // 3600
VIEW = (("views", ""), ("page", "home"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "visits"


def leaves(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*.leaf"))


def counts_of(folder: Path) -> Counter[entering.Key]:
    """Return what the journals hold."""
    found: Counter[entering.Key] = Counter()
    for leaf in folder.glob("*/*.leaf"):
        found.update(journal.read(leaf))
    return found


@pytest.mark.django_db
def test_what_is_noted_is_entered_for_hour_and_day(folder: Path) -> None:
    books = Books(folder)
    for _time in range(3):
        books.note(HOUR, VIEW)
    books.note(HOUR + 1, VIEW)

    assert books.enter()

    assert list(HourCount.objects.filter(what="views").order_by("hour_at").values_list("count", flat=True)) == [3, 1]
    assert dict(DayCount.objects.values_list("what", "count")) == {"views": 4, "page": 4}


@pytest.mark.django_db
def test_orderly_end_enters_everything_and_leaves_nothing_behind(folder: Path) -> None:
    books = Books(folder)
    books.note(HOUR, VIEW)

    books.close()

    assert make.counted("views") == {"": 1}
    assert (list(folder.iterdir()), Folded.objects.count()) == ([], 0)


def test_count_stands_in_the_journal_before_the_answer_leaves(folder: Path) -> None:
    books = Books(folder)

    books.note(HOUR, VIEW)

    assert counts_of(folder) == {(HOUR, "views", ""): 1, (HOUR, "page", "home"): 1}


@pytest.mark.django_db
def test_what_a_killed_process_left_is_entered_once(folder: Path) -> None:
    gone = Books(folder)
    gone.note(HOUR, VIEW)
    gone.enter()
    gone.note(HOUR, VIEW)
    leave_without_a_word(gone)

    follower = Books(folder)
    taken = [follower.take_over(), follower.take_over()]

    assert (taken, make.counted("views")) == ([1, 0], {"": 2})
    assert Folded.objects.count() == 0


@pytest.mark.django_db
def test_leaf_that_was_entered_but_not_deleted_is_not_entered_again(folder: Path) -> None:
    """The process was killed between COMMIT and the deletion."""
    gone = Books(folder)
    gone.note(HOUR, VIEW)
    copy = next(folder.glob("*/1.leaf")).read_bytes()
    gone.enter()
    next(folder.glob("*/lock")).with_name("1.leaf").write_bytes(copy)
    leave_without_a_word(gone)

    Books(folder).take_over()

    assert make.counted("views") == {"": 1}


def leave_without_a_word(books: Books) -> None:
    """End as a killed process does: the kernel closes its files, and that frees the lock."""
    assert books._journal is not None  # noqa: SLF001
    books._journal.stop()  # noqa: SLF001
    os.close(books._journal._lock)  # noqa: SLF001


def test_living_process_is_not_taken_over(folder: Path) -> None:
    living = Books(folder)
    living.note(HOUR, VIEW)

    assert Books(folder).take_over() == 0


def test_line_that_breaks_off_or_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    leaf = tmp_path / "1.leaf"
    odd = f"\nx\t1\tviews\t\n{HOUR}\t1\tunknown\tx\n{HOUR}\t-1\tviews\t\n\x00\xff\n"
    leaf.write_bytes(f"{HOUR}\t1\tviews\t{odd}{HOUR}\t2\tpage\thome\n{HOUR}\t1\tvie".encode())

    assert journal.read(leaf) == {(HOUR, "views", ""): 1, (HOUR, "page", "home"): 2}


# --- The database away ------------------------------------------------------------------------------------------------


class Outage:
    """A database that is away: every statement fails as it does when the server is gone."""

    def __call__(self, *_arguments: object) -> object:
        """Refuse the statement."""
        raise DatabaseError


@pytest.mark.django_db
def test_counts_wait_while_the_database_is_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books(folder)
    books.note(HOUR, VIEW)
    monkeypatch.setattr(connection, "close", lambda: None)  # it is the test's transaction
    with connection.execute_wrapper(Outage()):
        assert [books.enter(), books.enter()] == [False, False]
        books.note(HOUR, VIEW)
        books.keep(make.line())
        assert not books.enter()

    assert books.enter()
    assert make.counted("views") == {"": 2}
    assert SecurityLine.objects.count() == 1


@pytest.mark.django_db
def test_page_by_page_counting_without_a_database_costs_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books(None, each=True, now=lambda: AT)
    monkeypatch.setattr(connection, "close", lambda: None)
    with connection.execute_wrapper(Outage()):
        books.note(HOUR, VIEW)
    books.note(HOUR, VIEW)

    books.enter()

    assert (make.counted("views"), make.counted("lost")) == ({"": 1}, {"": 1})


@pytest.mark.django_db
def test_memory_is_bounded_and_what_finds_no_room_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books_module, "MOST_KEYS", 10)
    monkeypatch.setattr(books_module, "MOST_ALIKE", 1)
    books = Books(folder, now=lambda: AT)
    for hour in range(40):
        books.note(HOUR + hour, VIEW)

    books.enter()
    books.enter()

    assert make.counted("views")[""] + make.counted("lost")[""] == 40
    assert make.counted("lost")[""] == 35


@pytest.mark.django_db
def test_flood_of_names_becomes_others(folder: Path) -> None:
    books = Books(folder)
    for number in range(1_000):
        books.note(HOUR, (("referrer", f"site{number % 500}.example"),))
        if number % 100 == 0:
            books.enter()
    books.enter()

    found = make.counted("referrer")
    assert (len(found), sum(found.values())) == (books_module.MOST_NAMES + 1, 1_000)


def test_journal_does_not_grow_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LARGEST", 2_000)
    books = Books(folder)
    for _number in range(500):
        books.note(HOUR, VIEW)

    assert sum(path.stat().st_size for path in folder.glob("*/*")) < 3_000
    assert counts_of(folder) == {(HOUR, "views", ""): 500, (HOUR, "page", "home"): 500}


@pytest.mark.django_db
def test_full_disk_costs_no_count_and_no_page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = Books(folder)
    write = os.write
    monkeypatch.setattr(os, "write", full_disk)
    books.note(HOUR, VIEW)
    monkeypatch.setattr(os, "write", write)
    books.note(HOUR, VIEW)

    books.close()

    assert make.counted("views") == {"": 2}


def full_disk(_file: int, _bytes: bytes) -> int:
    raise OSError(28, "No space left on device")


@pytest.mark.django_db
def test_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "visits").write_text("not a folder")
    books = Books(tmp_path / "visits")
    books.note(HOUR, VIEW)

    assert books.enter()
    assert make.counted("views") == {"": 1}


@pytest.mark.django_db(transaction=True)
def test_line_that_no_table_takes_stops_nothing(folder: Path) -> None:
    books = Books(folder)
    books.note(HOUR, VIEW)
    books.keep(make.line(path="/\x00"))

    assert books.enter()
    books.keep(make.line())
    assert books.enter()
    assert (make.counted("views"), SecurityLine.objects.count()) == ({"": 1}, 1)


def test_flood_of_lines_is_bounded() -> None:
    books = Books(None)
    for number in range(books_module.MOST_LINES + 10):
        books.keep(make.line(path=f"/{number}"))

    assert len(books._lines) == books_module.MOST_LINES  # noqa: SLF001


def test_clock_that_jumps_back_adds_to_the_earlier_hour(folder: Path) -> None:
    books = Books(folder)
    for hour in (HOUR, HOUR + 48, HOUR - 1, HOUR):
        books.note(hour, (("views", ""),))

    assert counts_of(folder) == {(HOUR, "views", ""): 2, (HOUR + 48, "views", ""): 1, (HOUR - 1, "views", ""): 1}


# --- Many at once -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_threads_that_note_while_a_clerk_enters_lose_nothing(folder: Path) -> None:
    books = Books(folder)
    ends = threading.Event()
    clerk = threading.Thread(target=enter_until, args=(books, ends))
    readers = [threading.Thread(target=note_often, args=(books,)) for _number in range(4)]
    for thread in (clerk, *readers):
        thread.start()
    for thread in readers:
        thread.join()
    ends.set()
    clerk.join()
    books.enter()

    assert make.counted("views") == {"": 8_000}
    assert leaves(folder) == [f"{books._gathering.number}.leaf"]  # noqa: SLF001


def note_often(books: Books) -> None:
    for _number in range(2_000):
        books.note(HOUR, VIEW)


def enter_until(books: Books, ends: threading.Event) -> None:
    while not ends.is_set():
        books.enter()
    connection.close()


PROCESS = f"""
import os, sys, django
django.setup()
from pathlib import Path
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[3]
from seloste.visits.actions.books import Books
books = Books(Path(sys.argv[1]))
journal = open(sys.argv[2], "ab", buffering=0)
for number in range(int(sys.argv[4])):
    page = ["home", "notices:page", "intake:contact"][number % 3]
    books.note({HOUR}, (("views", ""), ("page", page), ("device", "phone"), ("referrer", "a.example")))
    journal.write(b"x")  # the visitor has the answer
    if number % 50 == 49:
        books.enter()
books.close()
"""


def process(folder: Path, told: Path, times: int) -> "subprocess.Popen[bytes]":
    arguments = [str(folder), str(told), connection.settings_dict["NAME"], str(times)]
    return subprocess.Popen([sys.executable, "-c", PROCESS, *arguments])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_processes_that_enter_the_same_rows_at_once_wait_for_each_other(folder: Path, tmp_path: Path) -> None:
    running = [process(folder, tmp_path / f"told{number}", 3_000) for number in range(3)]

    assert [one.wait(60) for one in running] == [0, 0, 0]

    assert (make.counted("views"), make.counted("referrer")) == ({"": 9_000}, {"a.example": 9_000})
    assert list(folder.iterdir()) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_processes_lose_nothing_that_was_told_as_counted(folder: Path, tmp_path: Path) -> None:
    told = [tmp_path / f"told{number}" for number in range(6)]
    for number, place in enumerate(told):
        running = process(folder, place, 1_000_000)
        while not place.exists() or place.stat().st_size < 200 + 300 * number:
            time.sleep(0.005)
        running.send_signal(signal.SIGKILL)
        running.wait()

    Books(folder).take_over()

    acknowledged = sum(place.stat().st_size for place in told)
    assert acknowledged <= make.counted("views")[""] <= acknowledged + len(told)


def test_leaves_are_numbered_by_process(folder: Path) -> None:
    first, second = uuid4(), uuid4()
    for process_id in (first, second):
        journal.Journal(folder, process_id).begin(1)

    assert sorted(UUID(path.name) for path in folder.iterdir()) == sorted([first, second])
