"""The notice to spoil."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from seloste.declaration import load


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the real notice, which this process runs by while the test lasts."""
    copy = tmp_path / "notice"
    shutil.copytree(load.DEFAULT_FOLDER, copy)
    monkeypatch.setenv("SELOSTE_NOTICE", str(copy))
    load.current.cache_clear()
    yield copy
    load.current.cache_clear()
