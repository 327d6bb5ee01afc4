"""`seloste invoices`: tells whether all numbers are there and every voucher is as it was made."""

import click

from seloste.config import preparation
from seloste.config.trouble import Trouble
from seloste.kernel import clock, duty

#: The exit code where a voucher or a number is not as it was made.
UNFIT = 3


@click.group()
def invoices() -> None:
    """Check that no voucher is missing or changed.

    Or void numbers that are out in the world without one.

    \b
    Examples:
      seloste invoices verify
      seloste invoices void 2026-00110 --why restored
    """


@invoices.command()
def verify() -> None:
    """Check every number, voucher and file.

    Numbers without a gap, days in order, each voucher as it was made, the chain unbroken. Note the last hash somewhere
    else now and then: a history that was made anew as a whole cannot have it.
    """
    with preparation.house():
        preparation.refuse_unmigrated()
        from seloste.invoices.queries import chain  # noqa: PLC0415 -- tables are known once Django is set up

        found = chain.verify(clock.local_date(clock.now()))
        for fault in found.faults:
            click.echo(f"{fault.number}: {fault.what}")
        if found.faults:
            raise SystemExit(UNFIT)
        click.echo(
            f"All {found.numbers} numbers are there: {found.vouchers} vouchers as they were made, "
            f"{found.voided} voided, {found.gone} whose time is over.\n"
            f"Total      {found.total} EUR\nLast hash  {found.last_hash or '–'}"
        )


@invoices.command()
@click.argument("number")
@click.option(
    "--why",
    required=True,
    type=click.Choice(["restored", "elsewhere", "failed"]),
    help="Given before a restore, used on an invoice made elsewhere, or never finished.",
)
def void(number: str, why: str) -> None:
    """Void every number after the last one, up to NUMBER.

    After a restore from a backup: numbers that customers hold must not be given again.
    """
    with preparation.house():
        preparation.refuse_unmigrated()
        from seloste.invoices import actions  # noqa: PLC0415 -- likewise
        from seloste.invoices.choices import Void  # noqa: PLC0415 -- likewise

        by = duty.operator("accounting", may=frozenset({"write"}))
        try:
            voided = actions.void(by=by, at=clock.now(), up_to=number, why=Void(why))
        except actions.WrongNumber as wrong:
            raise Trouble(str(wrong.message)) from None
        click.echo(f"{voided} numbers voided.")
