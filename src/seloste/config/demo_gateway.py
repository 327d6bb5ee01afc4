"""The demo's payments: the gateway beside the server, and a notice that names the companies it stands in for."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from seloste.config import environment, gateway
from seloste.config.trouble import Trouble

OVERLAY = Path(gateway.__file__).with_name("gateway.over.toml")


def prepare() -> None:
    """Have this process and its children run by a notice that names the gateway's companies."""
    found = environment.read()
    try:
        os.environ["SELOSTE_NOTICE"] = str(lay_over(found.notice, found.var / "notice"))
    except OSError as wrong:
        raise Trouble(f"{found.var} cannot be written: {wrong.strerror}. Choose another SELOSTE_VAR.") from None


def lay_over(base: Path, into: Path) -> Path:
    """Make a copy of the notice with the overlay on it; return it. One that is right already stays untouched."""
    from seloste.declaration import load, reviewed  # noqa: PLC0415 -- read by whatever prepare() has set

    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".notice-") as name:
        copy = Path(name) / "notice"
        shutil.copytree(base, copy)
        number = f"{load.load(copy).meta.version}1"  # after the one it is laid over, before the next
        text = OVERLAY.read_text(encoding="utf-8").replace("@VERSION@", number)
        (copy / OVERLAY.name).write_text(text, encoding="utf-8")
        declared, known = load.load(copy), reviewed.read(copy)
        new = {place for place, _ in reviewed.texts(declared) if place not in known}
        reviewed.review(declared, copy, places=new, languages=reviewed.TRANSLATIONS)
        if _files(copy) != _files(into):
            _put(copy, into, before=Path(name) / "before")
    return into


def _put(copy: Path, into: Path, *, before: Path) -> None:
    """Put the copy in its place; where another start did so at the same moment, its copy is as good."""
    right = _files(copy)
    try:
        if into.exists():
            into.rename(before)
        copy.rename(into)
    except OSError:
        if _files(into) != right:
            raise


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@contextlib.contextmanager
def host() -> Iterator[str]:
    """Have the gateway answer while the block runs, and the settings name it; gives its origin."""
    running = gateway.Gateway(environment.read().var / "gateway")
    os.environ["SELOSTE_GATEWAY"] = running.start()
    os.environ.update(gateway.SETTINGS)
    try:
        yield os.environ["SELOSTE_GATEWAY"]
    finally:
        running.stop()
        for name in ("SELOSTE_GATEWAY", *gateway.SETTINGS):
            os.environ.pop(name, None)
