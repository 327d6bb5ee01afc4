"""`seloste staff`: who works here. The person at the machine may do what the owner may."""

from typing import TYPE_CHECKING

import click

from seloste.config import environment, preparation
from seloste.config.trouble import Trouble

if TYPE_CHECKING:
    from uuid import UUID

    from seloste.accounts.actions import Link
    from seloste.kernel.duty import Duty


@click.group()
def staff() -> None:
    """Invite employees, give them job roles, close accounts.

    Job roles are those of notice/roles.toml. No mail is sent: hand the link over yourself.

    \b
    Examples:
      seloste staff invite --name "Tiina Testinen" --role owner tiina@example.com
      seloste staff list
      seloste staff role tiina@example.com customer_service
      seloste staff disable tiina@example.com
    """


@staff.command(name="list")
def list_() -> None:
    """List the employees: address, job role, last sign-in, second factor, undertaking."""
    with preparation.house():
        from seloste.accounts import queries  # noqa: PLC0415
        from seloste.kernel.clock import now  # noqa: PLC0415

        for one in queries.staff(by=_operator(), at=now()):
            seen = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
            factor = "second factor" if one.has_app or one.passkeys else "NO SECOND FACTOR"
            signed = "signed" if one.signed_at else "not signed"
            state = "" if one.is_active else "  CLOSED"
            click.echo(f"{one.email:<40} {one.role:<18} {seen:<16}  {factor}, {signed}{state}")


@staff.command()
@click.argument("email")
@click.option("--name", help="The employee's name; needed for a new account.")
@click.option("--role", help="A job role of notice/roles.toml; needed for a new account.")
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
def invite(email: str, name: str | None, role: str | None, language: str) -> None:
    """Make an account, or a new link for one that exists; print the link.

    The link works once, for 24 hours. With it the person sets the password and then a second factor.
    """
    with preparation.house():
        from seloste.accounts import actions, queries  # noqa: PLC0415
        from seloste.kernel.clock import now  # noqa: PLC0415

        known = queries.account_at(email)
        if known is not None:
            _print(actions.renew_invitation(by=_operator(), at=now(), user_id=known))
            return
        if not name or not role:
            raise Trouble("A new account needs --name and --role.")
        _print(actions.invite(by=_operator(), at=now(), email=email, name=name, role=role, language=language))


@staff.command()
@click.argument("email")
@click.argument("role")
def role(email: str, role: str) -> None:
    """Give an employee another job role."""
    with preparation.house():
        from seloste.accounts import actions  # noqa: PLC0415
        from seloste.kernel.clock import now  # noqa: PLC0415

        actions.change_role(by=_operator(), at=now(), user_id=_account(email), role=role)


@staff.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close an account; its sessions end at once."""
    with preparation.house():
        from seloste.accounts import actions  # noqa: PLC0415
        from seloste.kernel.clock import now  # noqa: PLC0415

        actions.disable(by=_operator(), at=now(), user_id=_account(email))


@staff.command()
@click.argument("email")
def enable(email: str) -> None:
    """Open a closed account again."""
    with preparation.house():
        from seloste.accounts import actions  # noqa: PLC0415
        from seloste.kernel.clock import now  # noqa: PLC0415

        actions.enable(by=_operator(), at=now(), user_id=_account(email))


def _account(email: str) -> "UUID":
    from seloste.accounts import queries  # noqa: PLC0415

    found = queries.account_at(email)
    if found is None:
        raise Trouble(f"Nobody signs in as {email}.")
    return found


def _operator() -> "Duty":
    from seloste.accounts.rules import operator  # noqa: PLC0415

    return operator()


def _print(link: "Link") -> None:
    from django.urls import reverse  # noqa: PLC0415

    address = environment.read().public_origin + reverse("accounts:enrol", args=[link.token])
    click.echo(f"{address}\nworks once, until {link.expires_at:%Y-%m-%d %H:%M} UTC")
