"""A notice that names recipients, for the tests of this room and of the rooms above."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seloste.declaration import load, reviewed

OVERLAY = Path(__file__).with_name("recipients.over.toml")


@contextmanager
def naming_recipients(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run by a copy of the notice that names a printer (with an address), a carrier and one overseas."""
    copy = folder / "notice"
    shutil.copytree(load.DEFAULT_FOLDER, copy)
    shutil.copy(OVERLAY, copy)
    declared, known = load.load(copy), reviewed.read(copy)
    new = {place for place, _ in reviewed.texts(declared) if place not in known}
    reviewed.review(declared, copy, places=new, languages=reviewed.TRANSLATIONS)
    patch.setenv("SELOSTE_NOTICE", str(copy))
    yield
