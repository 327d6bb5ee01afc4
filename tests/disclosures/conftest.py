"""A notice that names recipients."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.disclosures.make import naming_recipients


@pytest.fixture
def recipients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the notice name recipients while the test lasts."""
    with naming_recipients(tmp_path, monkeypatch):
        yield
