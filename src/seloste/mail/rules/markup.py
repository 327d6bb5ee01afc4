"""The formatted text of a message: a few plain elements, links to our own site, and nothing that phones home.

What is written is read into its parts and written anew from them, so that no oddity of somebody's parser survives.
"""

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser

from seloste.mail.choices import Unfit
from seloste.mail.rules import NotSendable
from seloste.mail.rules.envelope import TEXT, is_own

#: All that a message is made of: no image, no style, no script, no form, no frame.
ELEMENTS = frozenset({"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "br", "blockquote"})
_EMPTY = frozenset({"br"})
_ADDRESS = re.compile(r"mailto:[!-~]{3,200}")
_LINK = re.compile(r"https?://[!-~]+")


class _Reader(HTMLParser):
    """Reads the parts; NotSendable at the first that must not be."""

    def __init__(self, origin: str) -> None:
        super().__init__(convert_charrefs=True)
        self._origin = origin
        self._open: list[str] = []
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            raise _refusal(f"<{tag}>")
        self.written.append(f"<{tag}{self._attributes(tag, attrs)}>")
        if tag not in _EMPTY:
            self._open.append(tag)

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> str:
        if tag == "a" and len(attrs) == 1 and attrs[0][0] == "href":
            target = attrs[0][1] or ""
            if not leads_home(target, self._origin):
                raise NotSendable(Unfit.LINK, field="html", what=target[:100])
            return f' href="{escape(target)}"'
        if attrs:
            raise _refusal(f"{tag} {attrs[0][0]}")
        return ""

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise _refusal(f"</{tag}>")
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(escape(data, quote=False))

    def handle_comment(self, data: str) -> None:  # noqa: ARG002 -- the parser's own names
        raise _refusal("<!--")

    def handle_decl(self, decl: str) -> None:  # noqa: ARG002 -- likewise
        raise _refusal("<!")

    def handle_pi(self, data: str) -> None:  # noqa: ARG002 -- likewise
        raise _refusal("<?")

    def unknown_decl(self, data: str) -> None:  # noqa: ARG002 -- likewise
        raise _refusal("<![")

    def finished(self) -> str:
        """Return what was read; NotSendable where an element is left open."""
        self.close()
        if self._open:
            raise _refusal(f"<{self._open[-1]}>")
        return "".join(self.written)


def _refusal(what: str) -> NotSendable:
    return NotSendable(Unfit.MARKUP, field="html", what=what[:40])


def leads_home(target: str, origin: str) -> bool:
    """Tell whether a link leads to our own site or opens a message: no other place may learn who clicked."""
    return is_own(target, origin) or _ADDRESS.fullmatch(target) is not None


def own_markup(html: str, origin: str) -> str:
    """Return the formatted text written anew; NotSendable where it holds what messages must not hold."""
    if len(html) > TEXT:
        raise NotSendable(Unfit.TOO_LONG, field="html")
    reader = _Reader(origin)
    reader.feed(html)
    return reader.finished()


def from_text(text: str, origin: str) -> str:
    """Return plain text as paragraphs; only addresses of our own become links."""
    paragraphs = (part for part in re.split(r"\n\s*\n", text) if part.strip())
    return "\n".join(f"<p>{'<br>'.join(_line(line, origin) for line in part.splitlines())}</p>" for part in paragraphs)


def _line(line: str, origin: str) -> str:
    return "".join(_pieces(line, origin))


def _pieces(line: str, origin: str) -> Iterator[str]:
    ended = 0
    for found in _LINK.finditer(line):
        url = found[0].rstrip(".,;:!?)")
        yield escape(line[ended : found.start()], quote=False)
        yield f'<a href="{escape(url)}">{escape(url)}</a>' if is_own(url, origin) else escape(url, quote=False)
        ended = found.start() + len(url)
    yield escape(line[ended:], quote=False)


def faults(html: str, origin: str) -> list[str]:
    """Return what a whole HTML part holds that it must not."""
    found = [tag for tag in re.findall(r"<\s*([a-zA-Z][\w-]*)", html) if tag.lower() not in _WHOLE]
    targets = re.findall(
        r"(?:href|src|action|background|srcset|poster|data)\s*=\s*[\"']?([^\"'\s>]*)", html, re.IGNORECASE
    )
    found += [one for one in targets if not leads_home(one.replace("&amp;", "&"), origin)]
    return found + re.findall(r"url\s*\(|@import|\bon\w+\s*=", html, re.IGNORECASE)


#: What the frame of a message adds to the elements of its text.
_WHOLE = ELEMENTS | {"html", "head", "meta", "title", "style", "body", "main", "footer", "h1", "hr"}
