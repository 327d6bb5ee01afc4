"""Her contact details as a vCard 4.0 (RFC 6350), for an address book. Only what counts now."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from seloste.access.rules.contents import Entry, Plain

#: A line is at most 75 octets; what is longer goes on in the next, behind a space (RFC 6350 3.2).
_LINE = 75


def card(person_id: UUID, entries: Iterable[Entry], *, revised: str) -> bytes:
    """Return the card; ``revised`` is a moment in basic ISO 8601. Empty where no contact detail is hers."""
    live = [entry for entry in entries if entry.is_current and not entry.is_held_back]
    lines = [line for entry in live for line in _lines(entry)]
    if not lines:
        return b""
    name = next((entry for entry in live if entry.store == "register.names"), None)
    full = _full(name.plain) if name else ""
    whole = ["BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:{person_id}", f"REV:{revised}", f"FN:{_text(full)}"]
    return b"".join(_folded(line) for line in [*whole, *lines, "END:VCARD"])


def _lines(entry: Entry) -> Iterator[str]:
    values = {key: _word(value) for key, value in entry.plain.items()}
    match entry.store:
        case "register.names":
            yield f"N:{_text(values.get('family_name', ''))};{_text(values.get('given_name', ''))};;;"
        case "register.contact_points":
            yield from _reach(values)
        case "register.addresses":
            parts = (values.get(key, "") for key in ("street", "city"))
            street, city = (_text(part) for part in parts)
            code, country = _text(values.get("postal_code", "")), _text(values.get("country", ""))
            yield f"ADR:;;{street};{city};;{code};{country}"
        case "register.positions":
            yield f"ORG:{_text(values.get('organisation', ''))}"
            if values.get("title"):
                yield f"TITLE:{_text(values['title'])}"
        case _:
            return


def _reach(values: Mapping[str, str]) -> Iterator[str]:
    value = values.get("value", "")
    match values.get("kind"):
        case "email":
            yield f"EMAIL:{_text(value)}"
        case "phone":
            yield f"TEL;VALUE=uri:tel:{_uri(value)}"
        case "web":
            yield f"URL:{_uri(value)}"
        case "social" if value.startswith(("https://", "http://")):
            yield f"SOCIALPROFILE:{_uri(value)}"
        case "social":
            yield f"SOCIALPROFILE;VALUE=text:{_text(value)}"
        case _:
            return


def _full(values: Mapping[str, Plain]) -> str:
    return " ".join(_word(values.get(name)) for name in ("given_name", "family_name") if values.get(name))


def _word(value: Plain) -> str:
    return value if isinstance(value, str) else ""


def _text(value: str) -> str:
    """Return a value in which nothing can end the line or begin another part (RFC 6350 3.4)."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    return lines.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _uri(value: str) -> str:
    return "".join(character for character in value if character.isprintable() and not character.isspace())


def _folded(line: str) -> bytes:
    """Return the line in pieces that cut no character in two."""
    pieces: list[str] = []
    piece = ""
    for character in line:
        room = _LINE if not pieces else _LINE - 1
        if len((piece + character).encode()) > room:
            pieces.append(piece)
            piece = ""
        piece += character
    return "\r\n ".join([*pieces, piece]).encode() + b"\r\n"
