"""What the demo's own mail server has taken: files in a folder, and a ledger that answers "did you take this?"."""

import os
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

#: Older ones go: a demo is not an archive.
KEPT = 500
_NAME = re.compile(r"\d{20}-\d{6}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Received:
    """A message as the demo's server got it."""

    name: str
    recipient: str
    headers: Sequence[tuple[str, str]]
    text: str
    html: str
    files: Sequence[str]
    one_click: str

    @property
    def subject(self) -> str:
        """What it is about."""
        return self._header("Subject")

    @property
    def sender(self) -> str:
        """Who sent it."""
        return self._header("From")

    @property
    def date(self) -> datetime:
        """When it was written, as the message says."""
        return parsedate_to_datetime(self._header("Date"))

    def _header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


def keep(folder: Path, content: bytes, recipient: str, *, moment_ns: int, number: int) -> None:
    """Store a message and then its mark in the ledger, both on disk: only after that may it be said to be taken."""
    message = message_from_bytes(content, policy=policy.default)
    name = f"{moment_ns:020d}-{number:06d}"
    _store(folder / f"{name}.eml", b"X-Demo-Recipient: " + recipient.encode("ascii", "replace") + b"\r\n" + content)
    with (folder / "ledger").open("a", encoding="utf-8") as lines:
        lines.write(f"{message['Message-ID']} {name}\n")
        lines.flush()
        os.fsync(lines.fileno())
    for old in sorted(folder.glob("*.eml"))[:-KEPT]:
        old.unlink(missing_ok=True)


def _store(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".new")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def received(folder: Path, *, limit: int = 100) -> list[Received]:
    """Return the newest messages."""
    paths = sorted(folder.glob("*.eml"), reverse=True)[:limit] if folder.exists() else []
    return [_read(path) for path in paths]


def one(folder: Path, name: str) -> Received | None:
    """Return a message by its name; None where there is none."""
    path = folder / f"{name}.eml"
    return _read(path) if _NAME.fullmatch(name) and path.exists() else None


def file_of(folder: Path, name: str, place: int) -> tuple[str, bytes] | None:
    """Return the name and the content of the so-manieth file of a message, from 0; None where there is none."""
    path = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.exists():
        return None
    parts = list(message_from_bytes(path.read_bytes(), policy=policy.default).iter_attachments())
    if place >= len(parts):
        return None
    return parts[place].get_filename() or "", bytes(parts[place].get_payload(decode=True) or b"")


def _read(path: Path) -> Received:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Received(
        name=path.stem,
        recipient=str(message["X-Demo-Recipient"]),
        headers=[(key, str(value)) for key, value in message.items() if key != "X-Demo-Recipient"],
        text=_part(message, "plain"),
        html=_part(message, "html"),
        files=[part.get_filename() or "" for part in message.iter_attachments()],
        one_click=_one_click(message),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _one_click(message: EmailMessage) -> str:
    """Return the address that a mail program's own button sends to (RFC 8058), where the message offers one."""
    found = re.search(r"<(https?://[^>]+)>", str(message.get("List-Unsubscribe", "")))
    return found[1] if found and "List-Unsubscribe-Post" in message else ""


def pieces(text: str, origin: str) -> Iterator[tuple[str, str]]:
    """Yield the text in pieces, each with where it leads; only links to our own site lead anywhere."""
    ended = 0
    for found in re.finditer(re.escape(origin) + r"/(?:[!-~]*[\w/=-])?", text):
        yield text[ended : found.start()], ""
        yield found[0], found[0]
        ended = found.end()
    yield text[ended:], ""


def for_preview(html: str) -> tuple[str, list[str]]:
    """Return the HTML so that its links open outside the frame, and the hashes of the styles that it may use."""
    return html.replace("<head>", '<head><base target="_top">', 1), [_hash(style) for style in _styles(html)]


def _styles(html: str) -> list[str]:
    return re.findall(r"<style>(.*?)</style>", html, re.DOTALL)


def _hash(style: str) -> str:
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
