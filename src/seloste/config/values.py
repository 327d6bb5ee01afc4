"""What the value of a setting may be, by kinds: it is taken in one form, or ValueError says what is right."""

import json
import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import SecretStr
from stdnum import iban
from stdnum.fi import ytunnus

#: Fewer characters than this can be guessed; `python -c "import secrets; print(secrets.token_urlsafe(48))"` gives 64.
SECRET_LENGTH = 50
LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain"})


def origin(value: str) -> str:
    """Take the address of a site: scheme, host and port."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it must be an address such as https://example.com")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username:
        raise ValueError("it must be the scheme, the host and the port only, such as https://example.com")
    if not _has_good_port(parts):
        raise ValueError("it must have a port between 1 and 65535 or none")
    return value.rstrip("/").lower()


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def database_url(value: str) -> str:
    """Take the address of a PostgreSQL database."""
    parts = urlsplit(value)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("it must begin with postgresql:// because Seloste runs on PostgreSQL only")
    if not parts.path.strip("/"):
        raise ValueError("it must name the database, such as postgresql://user@host/seloste")
    return value


def secret(value: SecretStr) -> SecretStr:
    """Take what nobody can guess."""
    text = value.get_secret_value()
    if len(text) < SECRET_LENGTH or len(set(text)) < SECRET_LENGTH // 5:
        raise ValueError(f"it must be random and at least {SECRET_LENGTH} characters; leave it out to have one made")
    return value


def networks(value: object) -> object:
    """Take networks, separated by commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def keys(value: object) -> object:
    """Take public keys for backups, separated by commas."""
    parts = [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    for part in parts if isinstance(parts, list) else []:
        if not re.fullmatch(r"age1[0-9a-z]{58}", part):
            raise ValueError("it must be the public key that `seloste backup --new-key` prints: age1…")
    return parts


def path(value: Path) -> Path:
    """Take a place on this machine, wherever the process stands."""
    return value.expanduser().absolute()


def relay(value: SecretStr) -> SecretStr:
    """Take the address of a mail server, with the name and the password for it."""
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("it must be smtp://name:password@host:587 or smtps://name:password@host:465")
    if not _has_good_port(parts):
        raise ValueError("it must have a port between 1 and 65535 or none")
    return value


def mail_address(value: str) -> str:
    """Take one e-mail address."""
    try:
        return validate_email(value, check_deliverability=False, allow_smtputf8=False).normalized
    except EmailNotValidError:
        raise ValueError("it must be one e-mail address, such as noreply@example.com") from None


def account(value: str) -> str:
    """Take an IBAN."""
    if not iban.is_valid(value):
        raise ValueError("it must be an IBAN whose check digits are right, such as FI21 1234 5600 0007 85")
    return str(iban.compact(value))


def business_id(value: str) -> str:
    """Take a Finnish business id."""
    if not ytunnus.is_valid(value):
        raise ValueError("it must be a Finnish business id whose check digit is right, such as 1234567-1")
    return str(ytunnus.format(value))


def address_of_register(value: str) -> str:
    """Take the address of a public register: https, or a stand-in on this machine."""
    parts = urlsplit(value)
    is_own = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if not parts.hostname or parts.query or parts.fragment or (parts.scheme != "https" and not is_own):
        raise ValueError("it must be an https address without a query, as `seloste settings` shows")
    return value.rstrip("/")


def json_object(value: SecretStr) -> SecretStr:
    """Take a JSON object."""
    try:
        is_object = isinstance(json.loads(value.get_secret_value()), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise ValueError("it must be a JSON object of the provider's keys")
    return value


def is_loopback(host: str) -> bool:
    """Say whether the name or address means this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in LOOPBACK_NAMES or host.endswith(".localhost")
