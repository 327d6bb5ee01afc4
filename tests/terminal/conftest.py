"""The notice with one optional item of a third party, and a clock to turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from seloste.config.demo_third_party import lay_over
from seloste.declaration import load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the notice with the demo's third party, which this process runs by while the test lasts."""
    copy = lay_over(load.DEFAULT_FOLDER, tmp_path / "notice")
    monkeypatch.setenv("SELOSTE_NOTICE", str(copy))
    load.current.cache_clear()
    yield copy
    load.current.cache_clear()
