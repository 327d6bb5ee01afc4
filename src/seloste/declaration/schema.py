"""The shape of the declaration. Every key is known: a misspelt one is an error, not a silence."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints
from stdnum.fi import ytunnus

from seloste.kernel.periods import Period, parse_period

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = ("fi", "sv", "en")

#: As the ledger's codes are (ledger.rules.CODE): keys are entered there, and a no must never fail for its name.
Key = Annotated[
    str,
    StringConstraints(
        min_length=2, max_length=41, pattern=r"^[a-z]+([0-9][0-9]?[a-z]*)?(_[a-z]+([0-9][0-9]?[a-z]*)?)*$"
    ),
]
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
ClauseId = Annotated[
    str, StringConstraints(pattern=r"^(S\d{1,2}(\.\d{1,2})?|A1[34](\.[0-9a-z]{1,2})+|L\d{1,4}(\.\d{1,2})?)$")
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


def _period(value: Any) -> Any:  # noqa: ANN401 -- the border: a TOML value may be anything
    return parse_period(value) if isinstance(value, str) else value


PeriodText = Annotated[Period, BeforeValidator(_period), PlainSerializer(str, return_type=str)]


class Part(BaseModel):
    """A frozen part of the declaration."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Text(Part):
    """The same words in three languages. Finnish is the source; ``reviewed.toml`` says what the translations follow."""

    fi: Words
    sv: Words
    en: Words

    def in_language(self, language: str) -> str:
        """Return the words in the language, Finnish where the language is none of the three."""
        return {"fi": self.fi, "sv": self.sv, "en": self.en}.get(language, self.fi)


class Basis(StrEnum):
    """The legal bases of GDPR art. 6(1) that this register uses (S4.6–S4.8, and accounting by law)."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    LEGITIMATE_INTEREST = "legitimate_interest"


class Start(StrEnum):
    """The facts from which a storage period runs. Each is a date the system can compute."""

    COLLECTED = "collected"
    LAST_ACTIVITY = "last_activity"
    LAST_DELIVERY = "last_delivery"
    CONTRACT_END = "contract_end"
    LICENCE_END = "licence_end"
    CASE_CLOSED = "case_closed"
    CONSENT_END = "consent_end"
    ACCOUNT_LAST_USED = "account_last_used"
    FINANCIAL_YEAR_END = "financial_year_end"
    EMPLOYMENT_END = "employment_end"


class Meta(Part):
    """Which notice this is."""

    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
    effective_from: date
    seed: str
    place: Text


class Officer(Part):
    """The data protection officer, or the statement that there is none (art. 37)."""

    appointed: bool
    text: Text


def _business_id(value: str) -> str:
    if value and not ytunnus.is_valid(value):
        message = f"'{value}' is not a Finnish business id: its last digit is a check"
        raise ValueError(message)
    return value


EmailText = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]


class Controller(Part):
    """The company that answers for the register (S1–S2; art. 13(1)(a))."""

    name: Words
    street: Words
    postal_code: Words
    city: Words
    country: Country
    email: EmailText
    business_id: Annotated[str, AfterValidator(_business_id)] = ""
    phone: str = ""
    website: str = ""
    officer: Officer


class Authority(Part):
    """The supervisory authority to which a person may complain (art. 13(2)(d))."""

    name: Text
    address: Words
    email: EmailText
    phone: Words
    website: Words
    country: Country


class Register(Part):
    """The name of the register (S3) and, in one sentence, what it is."""

    name: Text
    about: Text


Generated = Literal["purposes", "categories", "sources", "recipients", "retention", "rights", "terminal", "measures"]


class Clause(Part):
    """One sentence of the notice. ``seed`` keeps its words as first published; ``law`` says why one was added."""

    id: ClauseId
    seed: str = ""
    law: str = ""
    text: Text
    confirm: Text | None = None


class Section(Part):
    """A numbered part of the notice: its sentences, then what is generated from the declaration."""

    number: Annotated[int, Field(ge=1, le=99)]
    title: Text
    clause: tuple[Clause, ...]
    generated: tuple[Generated, ...] = ()


class Retention(Part):
    """How long: a period from a computable date. "Until the customer asks" is no storage period."""

    start: Start
    period: PeriodText
    law: str = ""


class Purpose(Part):
    """Why data are processed, on which basis, which data, from where, to whom and until when."""

    name: Text
    why: Text
    bases: Annotated[tuple[Basis, ...], Field(min_length=1)]
    interest: Text | None = None
    balance: str = ""
    law: str = ""
    withdrawal: str = ""
    obligation: Text
    dpv: Annotated[str, StringConstraints(pattern=r"^dpv:[A-Z][A-Za-z]+$")]
    clauses: Annotated[tuple[ClauseId, ...], Field(min_length=1)]
    categories: Annotated[tuple[Key, ...], Field(min_length=1)]
    sources: Annotated[tuple[Key, ...], Field(min_length=1)]
    recipients: tuple[Key, ...] = ()
    subjects: Text
    retention: Retention
    profiling: bool = False
    automated_decisions: bool = False
    about_staff: bool = False
    confirm: Text | None = None

    @property
    def basis(self) -> Basis:
        """The basis that applies unless a deed names another of the declared ones."""
        return self.bases[0]


class Category(Part):
    """A kind of personal data (S5.3: the closed list)."""

    name: Text
    what: Text
    dpv: Annotated[str, StringConstraints(pattern=r"^(dpv|pd):[A-Z][A-Za-z]+$")]
    clauses: Annotated[tuple[ClauseId, ...], Field(min_length=1)]
    about_staff: bool = False


class Source(Part):
    """Where a value came from (S6: the closed list). Public sources and other companies bring the duty of art. 14."""

    name: Text
    clause: ClauseId
    from_person: bool
    public: bool = False


class Transfer(Part):
    """A transfer outside the EEA: its mechanism and when it was last reviewed (arts 44–49)."""

    mechanism: Literal["adequacy", "standard_clauses", "derogation"]
    text: Text
    reviewed_on: date


class Recipient(Part):
    """Who receives data regularly (S7.2; art. 13(1)(e)). A processor needs a dated contract (art. 28).

    At ``email`` the recipient is told, in its language, what became of data that it was given (art. 19).
    """

    name: Text
    kind: Literal["processor", "controller", "authority"]
    country: Country
    contract_date: date | None = None
    transfer: Transfer | None = None
    email: EmailText | None = None
    language: Language = "fi"
    confirm: Text | None = None


class Right(Part):
    """A right of the person, and how to use it (arts 12–22, 7(3), 77)."""

    name: Text
    text: Text
    article: Words
    dpv: Annotated[str, StringConstraints(pattern=r"^eu-gdpr:A[0-9-]+[a-z]?$")]
    separate: bool = False


def _web_origin(value: str) -> str:
    """Return an origin in the one spelling that browsers compare: scheme, host and port, nothing else."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "*" in value:
        raise ValueError("an origin is a scheme and one host, such as https://maps.example.com")
    if value != f"{parts.scheme}://{parts.netloc.lower()}" or "@" in parts.netloc:
        raise ValueError("an origin has no path, no closing slash and no capital letters")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise ValueError("an origin begins with https:// unless it is this machine")
    return value


def _is_this_machine(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


WebOrigin = Annotated[str, StringConstraints(pattern=r"^[!-~]+$"), AfterValidator(_web_origin)]


class Origins(Part):
    """From where a page may load what an optional item brings, each kind of content said by itself (CSP)."""

    script: tuple[WebOrigin, ...] = ()
    frame: tuple[WebOrigin, ...] = ()
    img: tuple[WebOrigin, ...] = ()
    connect: tuple[WebOrigin, ...] = ()

    def all(self) -> frozenset[str]:
        """Return every origin, whatever is loaded from it."""
        return frozenset((*self.script, *self.frame, *self.img, *self.connect))


class Provider(Part):
    """Another party that stores on the device or learns of the visit: who, where, and how data leave the EEA."""

    name: Words
    country: Country
    website: str = ""
    transfer: Transfer | None = None


class Embed(Part):
    """What an optional item shows, and on which page: loaded only after consent, never before."""

    page: Literal["home", "contact", "feedback"]
    address: Words
    title: Text


class TerminalItem(Part):
    """Something stored on the visitor's device (S4.3, S5.5; 917/2014 205 §).

    A necessary item says what it is needed for. An optional one says its purpose, which rests on consent, and the
    words that are consented to; or that it is asked together with another one (``asked_with``).
    """

    name: Words
    kind: Literal["cookie", "local_storage", "session_storage"]
    need: Literal["sign_in", "cart", "payment", "form_data", "choice"] | None = None
    necessary: bool
    necessity: Text | None = None
    lifetime: PeriodText | Literal["session"]
    party: Literal["own", "third"]
    host: str = ""
    purpose: Key | None = None
    text: Text | None = None
    provider: Provider | None = None
    origins: Origins = Origins()
    embed: Embed | None = None
    asked_with: Key | None = None


class Measure(Part):
    """A security measure (S8; art. 32), in words the Art. 30 record may print."""

    name: Text
    text: Text
    clause: ClauseId


Deed = Literal["read", "write", "intake", "export", "audit", "staff", "notice"]


class Role(Part):
    """A job role (S8.3): what the job is, and the purposes and categories it needs to see."""

    name: Text
    duty: Text
    purposes: tuple[Key, ...]
    categories: tuple[Key, ...]
    may: Annotated[tuple[Deed, ...], Field(min_length=1)]


class Asked(Part):
    """A field of a public form: the category it holds and why it is asked."""

    category: Key
    label: Text
    required: bool
    why: Text


class Form(Part):
    """A public form: it asks only what its purpose may hold."""

    title: Text
    intro: Text
    button: Text
    purpose: Key
    source: Key
    asks: dict[Key, Asked]


class ConsentText(Part):
    """What a person consents to, word for word (art. 7(1)): one purpose, one channel, and how long it stays valid."""

    purpose: Key
    channel: Literal["email", "sms", "social", "phone", "post"]
    text: Text
    valid: PeriodText | None = None


#: Stands in the words of an acknowledgement where the number of the notice is filled in.
VERSION_MARK = "{version}"


class AcknowledgedWords(Part):
    """What a person acknowledges, word for word: no consent, because its purpose rests on a contract.

    ``note`` stands beside the box and says so. The words are kept with every acknowledgement, so they are no part of
    the published notice.
    """

    purpose: Key
    text: Text
    note: Text

    def said(self, language: str, *, version: str) -> str:
        """Return the words in the language beside a notice."""
        return self.text.in_language(language).replace(VERSION_MARK, version)


class Undertaking(Part):
    """The confidentiality undertaking (Tietosuojalaki 35 §) that everyone signs before seeing a person."""

    title: Text
    text: Annotated[tuple[Text, ...], Field(min_length=1)]


class Rule(Part):
    """A figure of law that changes by date. The rule in force is the last one whose day has come."""

    key: Key
    valid_from: date
    value: Words
    source: Words


class Waiver(Part):
    """A gap that the gate tolerates until a day, with the reason and who accepted it."""

    item: Words
    reason: Annotated[str, StringConstraints(min_length=20, strip_whitespace=True)]
    reviewer: Words
    until: date


class Census(Part):
    """The least that the gate must see. Seeing fewer means that the gate is blind, or that the notice lost a part."""

    fields: Annotated[int, Field(ge=1)]
    columns: Annotated[int, Field(ge=1)]
    purposes: Annotated[int, Field(ge=1)] = 1
    categories: Annotated[int, Field(ge=1)] = 1
    sentences: Annotated[int, Field(ge=1)] = 1
    rights: Annotated[int, Field(ge=1)] = 1
    seed: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None


class Declaration(Part):
    """The whole notice."""

    meta: Meta
    controller: Controller
    authority: Authority
    register_: Annotated[Register, Field(alias="register")]
    section: Annotated[tuple[Section, ...], Field(min_length=1)]
    purpose: dict[Key, Purpose]
    category: dict[Key, Category]
    source: dict[Key, Source]
    start: dict[Start, Text]
    basis: dict[Basis, Text]
    recipient: dict[Key, Recipient] = {}
    right: dict[Key, Right]
    terminal: dict[Key, TerminalItem]
    measure: dict[Key, Measure]
    role: dict[Key, Role]
    form: dict[Key, Form]
    consent: dict[Key, ConsentText] = {}
    acknowledgement: dict[Key, AcknowledgedWords] = {}
    undertaking: Undertaking
    rule: tuple[Rule, ...]
    waiver: tuple[Waiver, ...] = ()
    census: Census

    def clauses(self) -> dict[str, Clause]:
        """Return the sentences of the notice by their ids, in order."""
        return {clause.id: clause for section in self.section for clause in section.clause}

    def rule_on(self, key: str, day: date) -> Rule:
        """Return the rule of law in force on the day; LookupError where none was."""
        in_force = [rule for rule in self.rule if rule.key == key and rule.valid_from <= day]
        if not in_force:
            message = f"no rule '{key}' in force on {day}"
            raise LookupError(message)
        return max(in_force, key=lambda rule: rule.valid_from)
