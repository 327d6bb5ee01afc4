"""Books of the test's own: nothing is counted in a test that does not ask for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from seloste.visits.actions.books import Books


@pytest.fixture
def books(db: None, tmp_path: Path) -> "Iterator[Books]":
    """Have every request of the test noted in these books; entered when the test says so."""
    from seloste.visits.actions.books import Books, open_books

    opened = Books(tmp_path / "visits")
    open_books(opened)
    yield opened
    open_books(None)
