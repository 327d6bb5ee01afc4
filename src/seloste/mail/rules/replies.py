"""What a mail server said, as it may be kept: without the address, in whatever way it repeats it.

A reply outlives the message it was about, and the events of a message cannot be changed. So nothing in it may lead to
the person: not her address, not the part before the sign, which is often her name, not her own domain.
"""

import re
from urllib.parse import quote

VEIL = "<address>"
#: The longest reply kept. Nobody reads more, and some servers write letters.
LONGEST = 200
#: A piece of an address that is shorter than this is no name, and is found in any sentence.
_SHORTEST_PIECE = 3
#: A piece of this length is taken out inside other words too: ``%40virtanen``.
_TELLING = 6


def kept(text: str, address: str = "") -> str:
    """Return a reply as one short line without the address it was about, or any other."""
    line = re.sub(r"\S*@\S*", VEIL, " ".join(text.split()))
    for piece in _pieces(address):
        alone = len(piece) < _TELLING
        sought = rf"(?<![^\W_]){re.escape(piece)}(?![^\W_])" if alone else re.escape(piece)
        line = re.sub(sought, VEIL, line, flags=re.IGNORECASE)
    return "".join(character for character in line if character.isprintable())[:LONGEST]


def _pieces(address: str) -> list[str]:
    """Return what the address is made of and how each piece is written elsewhere, the longest first."""
    local, _at, domain = address.rpartition("@")
    plain, _plus, tag = local.partition("+")
    names = [piece for piece in re.split(r"[._+=-]", local) if len(piece) >= _SHORTEST_PIECE]
    whole = [one for one in (local, plain, tag, domain) if len(one) > 1]
    found = {*whole, *names, *(_xtext(one) for one in whole), *(quote(one, safe="") for one in whole)}
    return sorted(found, key=lambda piece: (-len(piece), piece))


def _xtext(text: str) -> str:
    """Return the text as delivery reports write it (RFC 3461 §4)."""
    return "".join(f"+{ord(sign):02X}" if sign in "+=" else sign for sign in text)
