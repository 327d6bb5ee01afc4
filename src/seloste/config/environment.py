"""Every setting there is, typed, read once from the environment or from the files it names."""

import difflib
import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from seloste.config import values
from seloste.config.trouble import Trouble

#: The checkout: `notice/` and `var/` are looked for here unless a setting says otherwise.
ROOT = Path(__file__).resolve().parents[3]

#: Variables that start with SELOSTE_ but are not settings of the running system.
NOT_SETTINGS = frozenset({"SELOSTE_PYTHON"})  # the Makefile's choice of interpreter

#: Paytrail's published accounts for testing: everybody knows their keys.
PAYTRAIL_TESTS = frozenset({"375917", "695861", "695874"})


class WrongSetting(Trouble):
    """A setting that cannot be used; the message names the variable, what is wrong with it and what is right."""


Secret = Annotated[SecretStr, AfterValidator(values.secret)]
Place = Annotated[Path, AfterValidator(values.path)]


class Environment(BaseModel):
    """The settings. Each field's alias is the variable; `<variable>_FILE` names a file that holds the value instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database_url: Annotated[str, AfterValidator(values.database_url)] | None = Field(
        None, alias="DATABASE_URL", description="Another PostgreSQL (15 or newer) instead of the embedded one."
    )
    port: int = Field(8000, alias="PORT", ge=1, le=65535, description="The port the web server listens on.")
    host: str = Field(
        "127.0.0.1", alias="SELOSTE_HOST", min_length=1, description="The address the web server listens on."
    )
    origin: Annotated[str, AfterValidator(values.origin)] | None = Field(
        None, alias="SELOSTE_ORIGIN", description="The site's public address, such as https://example.com."
    )
    demo: bool = Field(False, alias="SELOSTE_DEMO", description="Invented people and open logins; set by `make run`.")
    demo_third_party: bool = Field(
        False,
        alias="SELOSTE_DEMO_THIRD_PARTY",
        description="The demo's notice asks visitors about a map of another company, which a stand-in serves.",
    )
    secret_key: Secret | None = Field(
        None, alias="SELOSTE_SECRET_KEY", description="Signs sessions and forms; made in var/secrets/ when absent."
    )
    seal_key: Secret | None = Field(
        None,
        alias="SELOSTE_SEAL_KEY",
        description="Seals what must not be read in a table, signs links; made in var/secrets/ when absent.",
    )
    workers: int = Field(2, alias="SELOSTE_WORKERS", ge=1, le=64, description="Web processes.")
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], BeforeValidator(values.networks)] = Field(
        (), alias="SELOSTE_TRUSTED_PROXIES", description="Networks whose X-Forwarded-For is believed: 10.0.0.0/8,…"
    )
    smtp: Annotated[SecretStr, AfterValidator(values.relay)] | None = Field(
        None,
        alias="SELOSTE_SMTP",
        description="The mail server: smtp://name:password@host:587 (STARTTLS) or smtps://… (TLS at once). DKIM is its "
        "business. Without it no message leaves.",
    )
    mail_from: Annotated[str, AfterValidator(values.mail_address)] | None = Field(
        None, alias="SELOSTE_MAIL_FROM", description="The address messages come from; the controller's own when absent."
    )
    anymail: Literal["mailersend", "mailgun", "mailjet", "mandrill", "postmark", "sendgrid", "sparkpost"] | None = (
        Field(
            None,
            alias="SELOSTE_ANYMAIL",
            description="A mail provider instead of SMTP, one that can be told with each message not to track: "
            "mailersend, mailgun, mailjet, mandrill, postmark, sendgrid or sparkpost.",
        )
    )
    anymail_settings: Annotated[SecretStr, AfterValidator(values.json_object)] | None = Field(
        None,
        alias="SELOSTE_ANYMAIL_SETTINGS",
        description='The provider\'s keys in django-anymail\'s words, as JSON: {"POSTMARK_SERVER_TOKEN": "…"}',
    )
    var: Place = Field(ROOT / "var", alias="SELOSTE_VAR", description="The folder of everything Seloste writes.")
    notice: Place = Field(ROOT / "notice", alias="SELOSTE_NOTICE", description="The folder of the declaration.")
    counting: Literal["grouped", "each", "off"] = Field(
        "grouped",
        alias="SELOSTE_COUNTING",
        description="Visitor statistics and security log: entered each second (grouped), page by page (each), or off.",
    )
    ledger: Place | None = Field(
        None,
        alias="SELOSTE_LEDGER",
        description="The file outside the database that a restore needs: what was erased and refused since. "
        "var/ledger/ledger.jsonl when absent.",
    )
    ledger_copy: Place | None = Field(
        None,
        alias="SELOSTE_LEDGER_COPY",
        description="A second copy of that file, on another disk or machine; advised wherever people are served.",
    )
    backup_key: Annotated[tuple[str, ...], BeforeValidator(values.keys)] = Field(
        (),
        alias="SELOSTE_BACKUP_KEY",
        description="The public key that backups are encrypted for: age1…, as `seloste backup --new-key` prints it. "
        "Several are separated by commas; each of the secret keys opens them. With it a backup is made each night.",
    )
    backup_folder: Place | None = Field(
        None,
        alias="SELOSTE_BACKUP_FOLDER",
        description="Where backups are kept, best on another disk or machine; var/backups when absent.",
    )
    drill_days: int = Field(
        35,
        alias="SELOSTE_DRILL_DAYS",
        ge=1,
        le=366,
        description="The desk raises an alarm when the last good restore drill (`seloste drill`) is older than this.",
    )
    iban: Annotated[str, AfterValidator(values.account)] | None = Field(
        None, alias="SELOSTE_IBAN", description="The account to which invoices are paid; invented where none is served."
    )
    bic: str | None = Field(
        None,
        alias="SELOSTE_BIC",
        pattern=r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$",
        description="The code of the account's bank.",
    )
    business_id: Annotated[str, AfterValidator(values.business_id)] | None = Field(
        None,
        alias="SELOSTE_BUSINESS_ID",
        description="The seller's business id on invoices, where the notice does not name it (controller.business_id).",
    )
    financial_year_ends: str = Field(
        "12-31",
        alias="SELOSTE_FINANCIAL_YEAR_ENDS",
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        description="The last day of the financial year, as month and day: 12-31. Invoices are numbered by it.",
    )
    invoice_days: int = Field(
        14, alias="SELOSTE_INVOICE_DAYS", ge=0, le=60, description="Days after which an invoice is due."
    )
    vies: Annotated[str, AfterValidator(values.address_of_register)] | None = Field(
        None,
        alias="SELOSTE_VIES",
        description="Where VAT numbers of buyers are checked: https://ec.europa.eu/taxation_customs/vies/rest-api. "
        "Off when absent: an employee checks them, and value added tax is charged until then.",
    )
    prh: Annotated[str, AfterValidator(values.address_of_register)] | None = Field(
        None,
        alias="SELOSTE_PRH",
        description="Where a company's name is found by its business id: https://avoindata.prh.fi/opendata-ytj-api/v3. "
        "Off when absent: the buyer types it.",
    )
    paytrail_account: str | None = Field(
        None, alias="SELOSTE_PAYTRAIL_ACCOUNT", pattern=r"^[0-9]{1,12}$", description="The merchant's id at Paytrail."
    )
    paytrail_secret: SecretStr | None = Field(
        None, alias="SELOSTE_PAYTRAIL_SECRET", min_length=1, description="The merchant's secret key at Paytrail."
    )
    stripe_key: SecretStr | None = Field(
        None, alias="SELOSTE_STRIPE_KEY", min_length=1, description="The secret or restricted key at Stripe: sk_live_…"
    )
    stripe_webhook_secret: SecretStr | None = Field(
        None,
        alias="SELOSTE_STRIPE_WEBHOOK_SECRET",
        min_length=1,
        description="Signs what Stripe tells /maksut/stripe/: whsec_…",
    )
    stripe_account: str = Field(
        "stripe",
        alias="SELOSTE_STRIPE_ACCOUNT",
        pattern=r"^[A-Za-z0-9_]{1,60}$",
        description="The account's id: acct_…",
    )
    gateway: Annotated[str, AfterValidator(values.origin)] | None = Field(
        None,
        alias="SELOSTE_GATEWAY",
        description="The demo's stand-in for payment providers, on this machine. No real payment can be made with it.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", alias="SELOSTE_LOG_LEVEL", description="How much is logged: debug, info, warning or error."
    )

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        if self.demo and self.is_secure:
            raise ValueError("SELOSTE_DEMO has open logins and invented people: it must not run on an https address")
        return self

    @model_validator(mode="after")
    def _plain_http_stays_at_home(self) -> Self:
        if not self.is_secure and not self.demo and not values.is_loopback(self.origin_host):
            raise ValueError("SELOSTE_ORIGIN must begin with https:// unless it is this machine (127.0.0.1, localhost)")
        return self

    @property
    def backups(self) -> Path:
        """The folder of the backups."""
        return self.backup_folder or self.var / "backups"

    @model_validator(mode="after")
    def _one_way_out(self) -> Self:
        if self.smtp and self.anymail:
            raise ValueError("SELOSTE_SMTP and SELOSTE_ANYMAIL are both set: keep one of them")
        if bool(self.anymail) != bool(self.anymail_settings):
            raise ValueError("SELOSTE_ANYMAIL and SELOSTE_ANYMAIL_SETTINGS go together: set both or neither")
        return self

    @model_validator(mode="after")
    def _demo_writes_to_nobody(self) -> Self:
        if self.demo and (self.anymail or (self.smtp and not values.is_loopback(self.smtp_host))):
            raise ValueError("SELOSTE_DEMO writes to nobody: its mail server must be on this machine")
        return self

    @model_validator(mode="after")
    def _providers_are_whole(self) -> Self:
        if bool(self.paytrail_account) != bool(self.paytrail_secret):
            raise ValueError("SELOSTE_PAYTRAIL_ACCOUNT and SELOSTE_PAYTRAIL_SECRET go together: set both or neither")
        if bool(self.stripe_key) != bool(self.stripe_webhook_secret):
            raise ValueError("SELOSTE_STRIPE_KEY and SELOSTE_STRIPE_WEBHOOK_SECRET go together: set both or neither")
        return self

    @model_validator(mode="after")
    def _invented_money_stays_at_home(self) -> Self:
        if self.gateway and not (self.demo and values.is_loopback(urlsplit(self.gateway).hostname or "")):
            raise ValueError(
                "SELOSTE_GATEWAY takes invented payments: it works with SELOSTE_DEMO, on this machine alone"
            )
        takes_payments = bool(self.paytrail_account or self.stripe_key)
        if self.demo and takes_payments and not self.gateway:
            raise ValueError("SELOSTE_DEMO takes no real payments: leave the keys of payment providers out")
        if takes_payments and not self.demo and self.origin and self._tests_payments():
            raise ValueError("these are a provider's test keys: real people would get for nothing what they order")
        return self

    def _tests_payments(self) -> bool:
        key = self.stripe_key.get_secret_value() if self.stripe_key else ""
        return self.paytrail_account in PAYTRAIL_TESTS or "_test_" in key

    @property
    def smtp_host(self) -> str:
        """The host of the mail server, or nothing."""
        return urlsplit(self.smtp.get_secret_value()).hostname or "" if self.smtp else ""

    @property
    def public_origin(self) -> str:
        """The address people use, without a closing slash. A name, not a number: passkeys refuse IP addresses."""
        return self.origin or f"http://localhost:{self.port}"

    @property
    def origin_host(self) -> str:
        """The host name of the public address."""
        return urlsplit(self.public_origin).hostname or ""

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site by https."""
        return self.public_origin.startswith("https://")


def variables() -> dict[str, str]:
    """Return every variable that is a setting, with what it does."""
    return {str(field.alias): str(field.description) for field in Environment.model_fields.values()}


def read(environ: Mapping[str, str] | None = None) -> Environment:
    """Read the settings, or raise `WrongSetting` with one line about the first thing that is wrong."""
    given = os.environ if environ is None else environ
    _refuse_unknown(given)
    found = _values(given)
    try:
        return Environment.model_validate(found)
    except ValidationError as wrong:
        raise WrongSetting(_in_one_line(wrong.errors()[0], found)) from None


def require_for_production(environment: Environment) -> None:
    """Refuse to serve real people without a chosen address."""
    if not environment.demo and environment.origin is None:
        raise WrongSetting(
            "SELOSTE_ORIGIN is missing: give the site's public address, such as SELOSTE_ORIGIN=https://example.com "
            "(to try Seloste with invented people, run `make run`)."
        )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {*variables(), *(f"{name}_FILE" for name in variables()), *NOT_SETTINGS}
    for name in sorted(environ):
        if name.startswith("SELOSTE_") and name not in known:
            raise WrongSetting(f"{name} is not a setting of Seloste{_did_you_mean(name, known)}")


def _did_you_mean(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.8)
    return f"; did you mean {near[0]}?" if near else "; `seloste settings` lists them."


def _values(environ: Mapping[str, str]) -> dict[str, Any]:
    found = {name: _value(environ, name) for name in variables()}
    return {name: value for name, value in found.items() if value is not None}


def _value(environ: Mapping[str, str], name: str) -> str | None:
    """Return the variable's value; an empty variable counts as absent, as shells and containers set them so."""
    plain, path = environ.get(name, ""), environ.get(f"{name}_FILE", "")
    if plain and path:
        raise WrongSetting(f"{name} and {name}_FILE are both set: keep one of them.")
    return _content(f"{name}_FILE", path) if path else plain or None


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        reason = getattr(wrong, "strerror", None) or "it is not UTF-8 text"
        raise WrongSetting(f"{name}={path} cannot be read: {reason}; name a file that holds the value.") from None


#: pydantic's kinds of error in our words; `ctx` holds the limit that was passed.
WORDS = {
    "int_parsing": "it must be a whole number",
    "bool_parsing": "it must be true or false",
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
    "literal_error": "it must be {expected}",
    "ip_v4_network": "it must be networks such as 127.0.0.1, 10.0.0.0/8, separated by commas",
}

#: Settings whose value is never repeated: secrets, and the address with its password.
UNSPEAKABLE = frozenset(
    {
        "SELOSTE_SECRET_KEY",
        "SELOSTE_SEAL_KEY",
        "DATABASE_URL",
        "SELOSTE_SMTP",
        "SELOSTE_ANYMAIL_SETTINGS",
        "SELOSTE_PAYTRAIL_SECRET",
        "SELOSTE_STRIPE_KEY",
        "SELOSTE_STRIPE_WEBHOOK_SECRET",
    }
)


def _in_one_line(error: ErrorDetails, given: dict[str, Any]) -> str:
    """Say which variable is wrong and what is right."""
    said = WORDS.get(error["type"], error["msg"].removeprefix("Value error, ")).format(**error.get("ctx", {}))
    if not error["loc"]:
        return f"{said}."
    name = str(error["loc"][0])
    shown = "" if name in UNSPEAKABLE else f"={' '.join(str(given[name]).split())}"
    return f"{name}{shown} is wrong: {said}."
