"""Identifiers that say nothing about the person they stand for."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

#: Crockford's alphabet without I, L, O and U: nothing to mishear or to read as a word.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("ILO", "110")


def new_id(at: datetime) -> UUID:
    """Return a version 7 UUID (RFC 9562 §5.7) for a row made at the moment.

    New rows land side by side in the index, which keeps a million people as quick as ten thousand.
    """
    at_ms = int(at.timestamp() * 1000)
    random = secrets.randbits(74)
    value = at_ms << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return UUID(int=value)


def new_reference(prefix: str) -> str:
    """Return a code such as ``A-7K3M-9QXD``: 35 random bits and a check character, easy to say on the telephone."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(7))
    code = body + check_character(prefix + body)
    return f"{prefix}-{code[:4]}-{code[4:]}"


def free_reference(prefix: str, *, is_taken: Callable[[str], bool]) -> str:
    """Return a reference that nobody has yet: among a million, one draw in thirty thousand meets a used one."""
    reference = new_reference(prefix)
    while is_taken(reference):
        reference = new_reference(prefix)
    return reference


def check_character(text: str) -> str:
    """Return the character that makes one wrong character, or two swapped neighbours, always noticed.

    A weighted sum in the field of 32 elements: each place has its own power of the generator, so no two mistakes of
    these kinds can cancel out.
    """
    total, weight = 0, 1
    for character in text:
        weight = _times(weight, 2)
        total ^= _times(weight, ALPHABET.index(character))
    return ALPHABET[total]


def _times(first: int, second: int) -> int:
    """Multiply in GF(2^5) modulo x^5 + x^2 + 1."""
    product = 0
    while second:
        if second & 1:
            product ^= first
        first <<= 1
        if first & 0b100000:
            first ^= 0b100101
        second >>= 1
    return product


def read_reference(typed: str) -> str | None:
    """Return the reference a person meant (any case, spaces, O for 0), or None where it cannot be one."""
    letters = "".join(character for character in typed.upper() if character.isalnum())
    if len(letters) != 9 or not letters.isascii():
        return None
    prefix, body = letters[0], letters[1:].translate(_LOOKALIKES)
    right = set(prefix + body) <= set(ALPHABET) and check_character(prefix + body[:7]) == body[7]
    return f"{prefix}-{body[:4]}-{body[4:]}" if right else None
