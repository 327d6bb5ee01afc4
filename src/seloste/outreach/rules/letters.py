"""What a mailing may say: plain paragraphs, and links to our own pages alone."""

import re
from urllib.parse import urlsplit

LONGEST_SUBJECT = 150
LONGEST_TEXT = 20_000
#: Whatever a mail program would make a link of.
_LINK = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.)[^\s<>\"]*", re.IGNORECASE)


def foreign_links(text: str, *, origin: str) -> list[str]:
    """Return the links in the text that lead elsewhere than to our own origin: they could follow the reader."""
    return [link for link in _LINK.findall(text) if not _is_ours(link, origin)]


def _is_ours(link: str, origin: str) -> bool:
    ours = urlsplit(origin)
    try:
        parts = urlsplit(link)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    return (
        parts.scheme.lower() == ours.scheme
        and (host, port) == (ours.hostname, ours.port)
        and "@" not in parts.netloc
        and "\\" not in link
    )


def paragraphs(text: str) -> list[list[str]]:
    """Return the text as paragraphs of lines."""
    blocks = re.split(r"\n[ \t]*\n+", text.strip())
    return [block.split("\n") for block in blocks if block.strip()]
