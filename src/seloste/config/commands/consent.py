"""`seloste consent`: receipts of consents, verified by anyone, without our database."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from seloste.config import preparation
from seloste.config.trouble import Trouble


@click.group()
def consent() -> None:
    """Verify receipts of consents.

    \b
    Examples:
      seloste consent verify receipt.json
      seloste consent verify receipt.pdf --key "$(seloste consent key)"
      seloste consent key
    """


@consent.command()
@click.argument("file", type=click.Path())
@click.option("--key", help="Only a receipt that this public key signed is valid.")
def verify(file: str, key: str | None) -> None:
    """Tell whether the receipt in FILE (JSON or PDF) is whole, who signed it, and what it says.

    Needs no database and no network. Without --key only the wholeness is verified: compare the key that is printed
    with the one that the controller has told. Of a PDF the receipt inside it is verified, not what its pages show.
    """
    from seloste.consents.rules import receipt  # noqa: PLC0415 -- the cryptography is loaded only when it is used

    text = _read(file)
    try:
        content = receipt.verify(text, trusted=key.strip() if key is not None else None)
        signer = receipt.signer(text)
    except receipt.BadReceiptError as wrong:
        raise Trouble(f"Invalid: {wrong}.") from None
    said = _one_line(f"{content.get('dpv:hasConsentStatus')} {content.get('dct:date')}")
    click.echo(f"Valid: {said}, signed with the key {signer}" + ("." if key else ", which was not compared with any."))
    for name, value in _told(content):
        click.echo(f"  {name:<9}{_one_line(value)}")


def _told(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a signed receipt says, for a reader to compare with what somebody claims it says."""
    purpose, controller = _part(content, "dpv:hasPurpose"), _part(content, "dpv:hasDataController")
    said = content.get("dpv:hasNotice")
    notices = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    words = next((one for one in notices if one.get("@type") == "dpv:ConsentNotice"), {})
    notice = next((one for one in notices if one.get("@type") == "dpv:PrivacyNotice"), {})
    found = {
        "receipt": _part(content, "dct:source").get("dct:identifier"),
        "person": _part(content, "dpv:hasDataSubject").get("dct:identifier"),
        "purpose": purpose.get("dct:title"),
        "channel": content.get("dpv:hasScope"),
        "until": content.get("dct:valid"),
        "words": words.get("dct:description"),
        "notice": notice.get("dct:hasVersion"),
        "by": controller.get("dpv:hasName"),
    }
    return ((name, str(value)) for name, value in found.items() if value)


def _part(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = content.get(name)
    return part if isinstance(part, dict) else {}


def _one_line(text: str) -> str:
    """Return the text so that nothing in it can move the cursor or look like a line of ours."""
    return "".join(character if character.isprintable() else " " for character in text)


def _read(file: str) -> bytes:
    try:
        with click.open_file(file, "rb") as opened:
            return bytes(opened.read())
    except OSError:
        raise Trouble(f"{file} cannot be read.") from None


@consent.command()
def key() -> None:
    """Print the public key that verifies our receipts.

    Tell it to everyone: it signs nothing.
    """
    with preparation.house(needs_database=False):
        from django.conf import settings  # noqa: PLC0415

        from seloste.consents.rules.receipt import public_key, signing_key  # noqa: PLC0415

        click.echo(public_key(signing_key(settings.SEAL_KEY)))
