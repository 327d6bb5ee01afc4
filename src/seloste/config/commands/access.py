"""`seloste access`: packages of a person's data, verified by anyone, without our database."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from seloste.config import preparation
from seloste.config.trouble import Trouble


@click.group()
def access() -> None:
    """Verify packages of a person's data.

    \b
    Examples:
      seloste access verify omat-tiedot-2026-11-22.zip
      seloste access verify omat-tiedot-2026-11-22.zip --key "$(seloste access key)"
      seloste access key
    """


@access.command()
@click.argument("file", type=click.Path())
@click.option("--key", help="Only a package that this public key signed is valid.")
def verify(file: str, key: str | None) -> None:
    """Tell whether the package in FILE (ZIP) is whole, who signed it, and what it holds.

    Needs no database and no network. Without --key only the wholeness is verified: compare the key that is printed
    with the one that the controller has told.
    """
    from seloste.access.rules import archive  # noqa: PLC0415 -- the cryptography is loaded only when it is used

    try:
        found = archive.verify(_read(file), trusted=key.strip() if key is not None else None)
    except archive.BadPackageError as wrong:
        raise Trouble(f"Invalid: {_one_line(str(wrong))}.") from None
    compared = "." if key else ", which was not compared with any."
    click.echo(f"Valid: signed with the key {found.signer}{compared}")
    for name, value in _told(found.manifest):
        click.echo(f"  {name:<9}{_one_line(value)}")
    for one in found.manifest["files"]:
        click.echo(f"  {_one_line(str(one['sha256']))}  {_one_line(str(one['name']))}")


def _told(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what the signed list says, for a reader to compare with what somebody claims it says."""
    for name in ("package", "extent", "person", "made_at", "language", "notice", "controller"):
        if manifest.get(name):
            yield name, str(manifest[name])


def _one_line(text: str) -> str:
    """Return the text so that nothing in it can move the cursor or look like a line of ours."""
    return "".join(character if character.isprintable() else " " for character in text)


def _read(file: str) -> bytes:
    from seloste.access.rules.archive import LARGEST  # noqa: PLC0415 -- likewise

    try:
        with click.open_file(file, "rb") as opened:
            content = bytes(opened.read(LARGEST + 1))
    except OSError:
        raise Trouble(f"{file} cannot be read.") from None
    if len(content) > LARGEST:
        raise Trouble(f"{file} is far too large for a package.")
    return content


@access.command()
def key() -> None:
    """Print the public key that verifies our packages.

    Tell it to everyone: it signs nothing.
    """
    with preparation.house(needs_database=False):
        from django.conf import settings  # noqa: PLC0415

        from seloste.access.rules.archive import signing_key  # noqa: PLC0415
        from seloste.consents.rules.receipt import public_key  # noqa: PLC0415

        click.echo(public_key(signing_key(settings.SEAL_KEY)))
