"""`seloste demo`: the product with invented people."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from seloste.config import demo_gateway, demo_mailbox, demo_third_party, environment, preparation
from seloste.config import serve as server
from seloste.config.commands.serve import tell
from seloste.config.trouble import Trouble
from seloste.kernel import clock


@click.group(invoke_without_command=True)
@click.option("--third-party", is_flag=True, help="Let the notice ask visitors about another company's map.")
@click.pass_context
def demo(context: click.Context, *, third_party: bool) -> None:
    """Try Seloste with invented people (`make run`).

    \b
    Examples:
      seloste demo                   set up, load invented people once, and serve
      PORT=8001 seloste demo
      seloste demo --third-party     with an optional item: banner, consent, withdrawal
      seloste demo accounts          the logins, one per job role
      seloste demo code              the second factor of every demo login, now
    """
    os.environ["SELOSTE_DEMO"] = "true"
    demo_gateway.prepare()
    has_third_party = third_party or environment.read().demo_third_party
    if has_third_party:
        demo_third_party.prepare()
    if context.invoked_subcommand is None:
        with demo_third_party.host() if has_third_party else contextlib.nullcontext():
            _serve()


@demo.command()
def load() -> None:
    """Set up and load the invented people, if there are none."""
    with preparation.house():
        _prepare()
        _print_logins()


@demo.command()
def accounts() -> None:
    """Print the demo logins, one per job role."""
    with preparation.house():
        _print_logins()


@demo.command()
def code() -> None:
    """Print the code that the demo logins' code app shows now."""
    with preparation.house():
        from seloste.accounts import actions  # noqa: PLC0415

        click.echo(actions.demo_code(at=clock.now()))


def _serve() -> None:
    server.refuse_busy_port(environment.read())
    with _mailbox(), demo_gateway.host():
        found = environment.read()
        with preparation.house():
            preparation.apart(_prepare)
            logins = _logins()
            preparation.close_connections()
            server.serve(found, when_ready=lambda: _tell(found, logins))


@contextlib.contextmanager
def _mailbox() -> Iterator[None]:
    """Have a mail server of the demo's own, unless another one on this machine is named."""
    found = environment.read()
    if found.smtp:
        yield
        return
    mailbox = demo_mailbox.Mailbox(found.var / "mailbox")
    try:
        os.environ["SELOSTE_SMTP"] = mailbox.start()
    except OSError as wrong:
        raise Trouble(f"{wrong.filename} cannot be written: {wrong.strerror}. Choose another SELOSTE_VAR.") from None
    try:
        yield
    finally:
        mailbox.stop()


def _prepare() -> None:
    """Bring everything to where a visitor and a clerk can begin; what is there already stays."""
    with preparation.one_at_a_time():
        _set_up()


def _set_up() -> None:
    preparation.migrate()
    preparation.refuse_unreplayed()
    preparation.refuse_real_accounts()
    preparation.refuse_unnamed_providers()
    preparation.collect_static_files()
    from seloste.accounts.actions import make_demo_accounts  # noqa: PLC0415
    from seloste.accounts.rules import operator  # noqa: PLC0415
    from seloste.config import demo_letters, demo_people, demo_shop, demo_trade, demo_visits  # noqa: PLC0415
    from seloste.notices.actions import ensure_published_to_nobody  # noqa: PLC0415

    at = clock.now()
    ensure_published_to_nobody(at=at)
    make_demo_accounts(by=operator(), at=at)
    demo_people.load(at=at)
    demo_letters.load(at=at)
    demo_visits.load(at=at)
    demo_shop.load(at=at)
    demo_trade.load(at=at)


def _logins() -> list[str]:
    from seloste.accounts import queries  # noqa: PLC0415
    from seloste.accounts.actions import DEMO_PASSWORD  # noqa: PLC0415

    return [f"{role:<22} {email:<30} {DEMO_PASSWORD}" for email, role in queries.demo_logins("en")]


def _print_logins() -> None:
    for line in _logins():
        click.echo(line)


def _command() -> str:
    """Return the command as it can be typed here: by its name where the shell finds it, else by its place."""
    ours = Path(sys.executable).with_name("seloste")
    return "seloste" if shutil.which("seloste") == str(ours) else os.path.relpath(ours)


def _tell(found: environment.Environment, logins: list[str]) -> None:
    click.echo("Seloste, with invented people.\n")
    click.echo("Job role               Login                          Password")
    for line in logins:
        click.echo(line)
    click.echo(
        f"\nThe second factor is asked for too: the sign-in page shows it here, and so does `{_command()} demo code`.\n"
    )
    from django.urls import reverse  # noqa: PLC0415 -- the addresses are known once Django is set up

    click.echo(f"Shop          {found.public_origin}{reverse('catalogue:shop')}")
    click.echo(f"My data       {found.public_origin}{reverse('mydata:page')}")
    click.echo(f"Mail sent     {found.public_origin}{reverse('mail:inbox')}")
    tell(found)
