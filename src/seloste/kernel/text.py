"""What people write: cleaned of nothing, refused where it cannot be kept."""

import re
import unicodedata
from urllib.parse import unquote

from django.utils.translation import gettext_lazy as _
from stdnum.fi import hetu

from seloste.kernel.refusals import Refusal

#: Any place in a text where a personal identity code could stand, with every century sign in use since 2023. People
#: write dots as in a date, and put spaces where they read it aloud.
_GAP = r"[\s.]{0,2}"
_CODE_SHAPE = re.compile(
    rf"(?<!\d)(\d(?:{_GAP}\d){{5}})\s{{0,3}}([-+A-FU-Ya-fu-y])\s{{0,3}}(\d(?:{_GAP}\d){{2}}{_GAP}[0-9A-Ya-y])(?!\d)"
)
#: The century signs that the library's own table may not know yet mean the same century as these.
_CENTURY = str.maketrans("YXWVUBCDEF", "-----AAAAA")
#: Characters that turn the reading direction: they can make a text lie about what it says.
_DIRECTION = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class UnreadableText(Refusal):
    """The text holds characters that are not text."""


class IdentityCodeRefused(Refusal):
    """The text holds a Finnish personal identity code, which this register never keeps (Tietosuojalaki 29 §)."""


def plain_text(value: str, *, field: str | None = None, lines: bool = False) -> str:
    """Return the text, trimmed and in NFC, or refuse it.

    Refused are control characters, text that was not UTF-8, direction marks and personal identity codes.
    Only with ``lines`` may it hold line breaks.
    """
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    _refuse_unreadable(text, field=field, lines=lines)
    _refuse_identity_code(text, field=field)
    return text


def _refuse_unreadable(text: str, *, field: str | None, lines: bool) -> None:
    allowed = "\n\t" if lines else ""
    if (text and _is_invisible(text)) or any(
        _is_unreadable(character) and character not in allowed for character in text
    ):
        raise UnreadableText(_("This contains characters that are not text. Type it again, please."), field=field)


def _is_invisible(text: str) -> bool:
    """Tell whether there is nothing to see: a name of zero-width characters looks like no name."""
    return all(character.isspace() or unicodedata.category(character) == "Cf" for character in text)


def _is_unreadable(character: str) -> bool:
    return (
        character == "\ufffd" or character in _DIRECTION or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
    )


def _refuse_identity_code(text: str, *, field: str | None) -> None:
    if holds_identity_code(text):
        message = _(
            "This contains a Finnish personal identity code. We do not need it and must not keep it "
            "(Data Protection Act, section 29). Remove it, please."
        )
        raise IdentityCodeRefused(message, field=field)


def holds_identity_code(text: str) -> bool:
    """Tell whether a valid Finnish personal identity code stands anywhere in the text, as a person would read it."""
    return any(_is_identity_code(*found.groups()) for said in _readings(text) for found in _CODE_SHAPE.finditer(said))


def _readings(text: str) -> set[str]:
    """Return the text as it looks, and as an address in it means: 131052%2D308T is a code too."""
    return {"".join(map(_plain, unicodedata.normalize("NFKC", said))) for said in (text, unquote(text))}


def _plain(character: str) -> str:
    """Return a digit of any script as ours, any dash as a hyphen, and nothing for what cannot be seen."""
    kind = unicodedata.category(character)
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    if kind == "Pd" or character == "\N{MINUS SIGN}":
        return "-"
    return "" if kind in {"Cf", "Mn"} else character


def _is_identity_code(date: str, century: str, rest: str) -> bool:
    day, number = (re.sub(r"[\s.]", "", part) for part in (date, rest))
    sign = century.upper().translate(_CENTURY)
    return bool(hetu.is_valid(f"{day}{sign}{number.upper()}", allow_temporary=True))
