"""Secrets made once, on the first start, and kept in `var/secrets/` for this account only."""

import os
import secrets
from pathlib import Path

from seloste.config.trouble import Trouble


def kept(folder: Path, name: str) -> str:
    """Return the secret of that name; the first call makes it (64 random characters, file mode 600)."""
    path = folder / name
    try:
        if not path.exists():
            _make(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as wrong:
        raise Trouble(
            f"{path} cannot be used: {wrong.strerror}. Make the folder writable or set SELOSTE_VAR."
        ) from None


def _make(path: Path) -> None:
    """Write under another name first: a process that comes at the same moment sees a whole secret or none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
    try:
        os.link(draft, path)  # refuses when another process was first; its secret counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()
