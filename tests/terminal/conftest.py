"""The notice with one optional item of a third party, and a clock to turn."""

from pathlib import Path

import pytest

from seloste.config.demo_third_party import lay_over
from seloste.declaration import load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the notice with the demo's third party, which this process runs by while the test lasts."""
    copy = lay_over(load.DEFAULT_FOLDER, tmp_path / "notice")
    monkeypatch.setenv("SELOSTE_NOTICE", str(copy))
    return copy
