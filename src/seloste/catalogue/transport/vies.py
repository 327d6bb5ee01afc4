"""Is a VAT number in force? The Commission's VIES is asked, with our own number, so that its answer is evidence.

https://ec.europa.eu/taxation_customs/vies/#/technical-information (REST). Reverse charge wants the number checked
(Directive 2006/112/EC art. 138 and 196; AVL 65 §): the consultation number proves that it was.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings

from seloste.catalogue.rules.numbers import finnish_vat_number, vat_number
from seloste.catalogue.transport.asking import ask, text
from seloste.declaration.load import current


class Standing(StrEnum):
    """What is known of a number. Only ``VALID`` ends the seller's tax."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_ANSWERED = "not_answered"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """An answer about a number; ``consultation`` is the number under which VIES keeps it, as evidence."""

    number: str
    standing: Standing
    consultation: str = ""
    asked_on: str = ""
    name: str = ""
    address: str = ""

    @property
    def is_valid(self) -> bool:
        """Tell whether the number was found to be in force."""
        return self.standing is Standing.VALID


def is_on() -> bool:
    """Tell whether the register is asked at all."""
    return bool(settings.VIES_URL)


def check(typed: str, *, country: str = "") -> Check:
    """Ask whether the number is in force. A wrong form is INVALID unasked; while VIES is off nothing is asked.

    InTransactionError within a transaction.
    """
    number = vat_number(typed, country=country)
    if number is None:
        return Check(number=typed, standing=Standing.INVALID)
    if not is_on():
        return Check(number=number, standing=Standing.NOT_ASKED)
    asked = {"countryCode": number[:2], "vatNumber": number[2:]}
    ours = current().controller.business_id or settings.SELLER["business_id"]
    if ours:
        requester = finnish_vat_number(ours)
        asked |= {"requesterMemberStateCode": requester[:2], "requesterNumber": requester[2:]}
    answer = ask("POST", f"{settings.VIES_URL}/check-vat-number", content=asked)
    return _read(number, answer or {})


def _read(number: str, answer: object) -> Check:
    """Believe an answer only about the number that was asked for, and only a plain yes or no."""
    found = answer if isinstance(answer, dict) else {}
    is_about_it = f"{found.get('countryCode')}{found.get('vatNumber')}" == number
    if not is_about_it or not isinstance(found.get("valid"), bool):
        return Check(number=number, standing=Standing.NOT_ANSWERED)
    return Check(
        number=number,
        standing=Standing.VALID if found["valid"] else Standing.INVALID,
        consultation=text(found.get("requestIdentifier")),
        asked_on=text(found.get("requestDate")),
        name=text(found.get("name")),
        address=text(found.get("address")),
    )
