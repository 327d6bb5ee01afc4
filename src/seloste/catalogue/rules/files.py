"""What a file for sale may be. Its kind is read from its first bytes and must be what its name says."""

import re

#: In bytes.
LARGEST_FILE = 25 * 1024 * 1024

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){0,99}")
_KINDS = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".epub": (b"PK\x03\x04", "application/epub+zip"),
    ".zip": (b"PK\x03\x04", "application/zip"),
}


def is_plain_name(name: str) -> bool:
    """Tell whether a name is one that every system takes and that leads nowhere."""
    return _PLAIN.fullmatch(name) is not None


def media_type(name: str, content: bytes) -> str | None:
    """Return what the file is; None where it is none of the kinds, or its bytes are not what its name says."""
    for ending, (begins, kind) in _KINDS.items():
        if name.lower().endswith(ending):
            return kind if content.startswith(begins) else None
    return None
