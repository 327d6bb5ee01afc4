"""`seloste consent`: receipts of consents, verified by anyone, without our database."""

import click

from seloste.config import preparation
from seloste.config.trouble import Trouble


@click.group()
def consent() -> None:
    """Verify receipts of consents.

    \b
    Examples:
      seloste consent verify receipt.json
      seloste consent verify receipt.json --key "$(seloste consent key)"
      seloste consent key
    """


@consent.command()
@click.argument("file", type=click.Path())
@click.option("--key", help="Only a receipt that this public key signed is valid.")
def verify(file: str, key: str | None) -> None:
    """Tell whether the receipt in FILE is whole, and who signed it.

    Needs no database and no network. Without --key only the wholeness is verified: compare the key that is printed
    with the one that the controller has told.
    """
    from seloste.consents.rules import receipt  # noqa: PLC0415 -- the cryptography is loaded only when it is used

    text = _read(file)
    try:
        content = receipt.verify(text, trusted=key.strip() if key is not None else None)
        signer = receipt.signer(text)
    except receipt.BadReceiptError as wrong:
        raise Trouble(f"Invalid: {wrong}.") from None
    said = f"{content.get('dpv:hasConsentStatus')} {content.get('dct:date')}"
    click.echo(f"Valid: {said}, signed with the key {signer}" + ("." if key else ", which was not compared with any."))


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
