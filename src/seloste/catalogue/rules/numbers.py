"""VAT numbers and business ids as people type them. The form alone says nothing of whether one is in force."""

from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

#: Greece writes its tax numbers with its own letters; everything else is ISO 3166.
_PREFIX_OF = {"GR": "EL"}
_COUNTRY_OF = {"EL": "GR"}


def vat_number(typed: str, *, country: str = "") -> str | None:
    """Return the number with its country's letters, or None where its form or check digits are wrong.

    ``country`` (ISO 3166) is put before a number that was typed without letters.
    """
    text = "".join(character for character in typed.upper() if character.isalnum() and character.isascii())
    prefix = _PREFIX_OF.get(country.upper(), country.upper())
    for candidate in (text, prefix + text):
        try:
            return str(vat.validate(candidate))
        except ValidationError:
            continue
    return None


def country_of(number: str) -> str:
    """Return the country (ISO 3166) of a VAT number."""
    return _COUNTRY_OF.get(number[:2], number[:2])


def business_id(typed: str) -> str | None:
    """Return a Finnish business id as ``1234567-1``, or None where its check digit is wrong."""
    try:
        return str(ytunnus.format(ytunnus.validate(typed)))
    except ValidationError:
        return None


def finnish_vat_number(identity: str) -> str:
    """Return the VAT number that belongs to a Finnish business id."""
    return "FI" + identity.replace("-", "")
