"""Which company has a business id? The open data of the Finnish Patent and Registration Office are asked.

https://avoindata.prh.fi/opendata-ytj-api/v3 (YTJ, licence CC BY 4.0). Only companies are there, no sole traders' homes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from seloste.catalogue.rules.numbers import business_id
from seloste.catalogue.transport.asking import ask, text

#: Codes of the interface: the company's own name, its visiting and postal addresses, Finnish.
_OWN_NAME, _ADDRESSES, _FINNISH = "1", (2, 1), "1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Company:
    """A company as the register knows it. What is not there is empty; ``has_ended`` when it is struck off."""

    business_id: str
    name: str
    town: str = ""
    street: str = ""
    postal_code: str = ""
    has_ended: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Lookup:
    """What came of looking: ``asked`` tells whether the register answered, ``company`` is what it knows."""

    business_id: str | None
    asked: bool
    company: Company | None = None


def find(typed: str) -> Lookup:
    """Look for the company with the business id. ``business_id`` is None where its check digit is wrong.

    While the register is off or does not answer, ``asked`` is False. InTransactionError within a transaction.
    """
    identity = business_id(typed)
    if identity is None or not settings.PRH_URL:
        return Lookup(business_id=identity, asked=False)
    answer = ask("GET", f"{settings.PRH_URL}/companies", query={"businessId": identity})
    if answer is None or not isinstance(answer.get("companies"), list):
        return Lookup(business_id=identity, asked=False)
    found = [_company(row, identity) for row in _objects(answer["companies"]) if _value(row) == identity]
    return Lookup(business_id=identity, asked=True, company=found[0] if found and found[0].name else None)


def _value(row: Mapping[str, Any]) -> str:
    held = row.get("businessId")
    return str(held.get("value")) if isinstance(held, dict) else ""


def _company(row: Mapping[str, Any], identity: str) -> Company:
    address = _address(_objects(row.get("addresses")))
    return Company(
        business_id=identity,
        name=_name(_objects(row.get("names"))),
        town=_town(_objects(address.get("postOffices"))),
        street=" ".join(filter(None, (text(address.get("street")), text(address.get("buildingNumber"))))),
        postal_code=text(address.get("postCode")),
        has_ended=bool(row.get("endDate")),
    )


def _name(names: Sequence[Mapping[str, Any]]) -> str:
    current = [row for row in names if str(row.get("type")) == _OWN_NAME and not row.get("endDate")]
    return text(current[0].get("name")) if current else ""


def _address(addresses: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the postal address, or else where the company is."""
    for kind in _ADDRESSES:
        for row in addresses:
            if str(row.get("type")) == str(kind) and not row.get("endDate"):
                return row
    return {}


def _town(offices: Sequence[Mapping[str, Any]]) -> str:
    finnish = [row for row in offices if str(row.get("languageCode")) == _FINNISH]
    found = text((finnish or list(offices) or [{}])[0].get("city"))
    return found.title()


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
