"""The terms of sale in each language: as a page, as plain text, and as a hash that is kept with an order."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from seloste.declaration.schema import Controller


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A numbered part of the terms."""

    id: str
    number: int
    title: str
    text: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """The terms in one language with the seller filled in."""

    version: str
    language: str
    title: str
    sections: tuple[Section, ...]
    form_title: str
    form_intro: str
    form_lines: tuple[str, ...]

    @property
    def plain(self) -> str:
        """The terms as plain text: what is kept with orders, and what goes into a confirmation."""
        parts = [f"{self.title} {self.version}"]
        for section in self.sections:
            parts += [f"{section.number}. {section.title}", *section.text]
        return "\n\n".join([*parts, self.form_title, self.form_intro, *self.form_lines])

    @property
    def text_hash(self) -> str:
        """The SHA-256 of the plain text, in hexadecimal."""
        return hashlib.sha256(self.plain.encode()).hexdigest()

    def section(self, key: str) -> Section:
        """Return one part; StopIteration for a key that is none."""
        return next(section for section in self.sections if section.id == key)


def terms(language: str, seller: Controller) -> Terms:
    """Return the terms in the language; Finnish where there is no other."""
    kept = _file()
    filled = {
        "seller": seller.name,
        "address": f"{seller.street}, {seller.postal_code} {seller.city}",
        "email": seller.email,
        "business_id": seller.business_id,
    }

    def said(text: Any) -> Any:  # noqa: ANN401 -- a text or a list of texts, as TOML has it
        chosen = text.get(language, text["fi"])
        return chosen.format(**filled) if isinstance(chosen, str) else tuple(line.format(**filled) for line in chosen)

    sections = [
        Section(id=one["id"], number=number, title=said(one["title"]), text=said(one["text"]))
        for number, one in enumerate(kept["section"], start=1)
    ]
    return Terms(
        version=kept["version"],
        language=language,
        title=said(kept["title"]),
        sections=tuple(sections),
        form_title=said(kept["form"]["title"]),
        form_intro=said(kept["form"]["intro"]),
        form_lines=said(kept["form"]["lines"]),
    )


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(files("seloste.shop.rules").joinpath("terms.toml").read_text(encoding="utf-8"))
