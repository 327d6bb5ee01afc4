"""Who buys: what a checkout was told, read and whole."""

import re
from dataclasses import asdict, dataclass

from seloste.catalogue.rules.vat import standard_rates
from seloste.kernel.refusals import Refusal
from seloste.shop.choices import Amiss
from seloste.shop.rules.pricing import Buyer

HOME = "FI"
_EINVOICE = re.compile(r"[0-9A-Z]{12,35}")


class NotValid(Refusal):
    """What was typed cannot be what it is asked for, with the reason at its field."""

    def __init__(self, reason: Amiss, *, field: str) -> None:
        super().__init__(reason.label, field=field)


@dataclass(frozen=True, kw_only=True, slots=True)
class Orderer:
    """The buyer of an order in the words of the form; a copy of the moment, whatever changes later."""

    given_name: str
    family_name: str
    email: str
    phone: str = ""
    is_business: bool = False
    company: str = ""
    business_id: str = ""
    vat_number: str = ""
    street: str
    postal_code: str = ""
    city: str
    country: str = HOME
    delivery_name: str = ""
    delivery_phone: str = ""
    delivery_street: str = ""
    delivery_postal_code: str = ""
    delivery_city: str = ""
    delivery_country: str = ""
    einvoice_address: str = ""
    einvoice_operator: str = ""
    buyer_reference: str = ""
    wishes: str = ""

    def columns(self) -> dict[str, str | bool]:
        """Return the values by the names of the order's columns."""
        return asdict(self)


def needs_check(buyer: Buyer) -> bool:
    """Tell whether tax hangs on the VAT number: then the register of numbers is asked (2006/112/EC art. 196)."""
    return buyer.is_business and bool(buyer.vat_number) and buyer.country in standard_rates()


def read_einvoice(typed: str) -> str:
    """Return an e-invoice address (OVT, IBAN or GLN) without spaces; NotValid for what cannot be one."""
    text = re.sub(r"[\s\-]", "", typed).upper()
    if text and not _EINVOICE.fullmatch(text):
        raise NotValid(Amiss.EINVOICE, field="einvoice_address")
    return text
