"""The demo's notice: a copy of the real one with something laid over it that only the demo has."""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path


def lay_over(base: Path, into: Path, overlays: Iterable[Path], *, words: Mapping[str, str]) -> Path:
    """Make a copy of the notice with the overlays on it; return it. One that is right already stays untouched.

    ``words`` stand in the overlays' text for what is known only now. Their translations need no review: they are ours.
    """
    from seloste.declaration import load, reviewed  # noqa: PLC0415 -- read by whatever the demo has set

    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".notice-") as name:
        copy = Path(name) / "notice"
        shutil.copytree(base, copy)
        words = {"@VERSION@": f"{load.load(copy).meta.version}1", **words}  # after the one it is laid over
        for path in overlays:
            text = path.read_text(encoding="utf-8")
            for sign, word in words.items():
                text = text.replace(sign, word)
            (copy / path.name).write_text(text, encoding="utf-8")
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
