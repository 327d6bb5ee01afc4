"""`seloste mail`: the outbox from the server's side."""

from uuid import UUID, uuid4

import click

from seloste.config import preparation
from seloste.config.trouble import Trouble
from seloste.kernel import clock
from seloste.kernel.duty import operator

#: The exit code where nothing leaves.
STANDS_STILL = 3
#: Whoever tests the way out investigates a fault.
PURPOSE = "fault_investigation"

_STANDINGS = {
    "home": "Messages leave from this database.",
    "new": "No message has been queued yet.",
    "copied": "Nothing leaves: this database is a copy of another, or was moved. See `seloste mail adopt`.",
    "put_back": "Nothing leaves: this database was put back to an earlier day. See `seloste mail adopt`.",
}
_ABOUT_COPIES = """\
Messages leave from one database only. This one does not fit the place where it was last sent from: it is a copy, it was
moved to another server, or it was put back from a backup. If the other database is still at work, do not go on: both
would send the same messages.

What was being handed over when the copy was made becomes unknown, and is shown so at the desk. What waits here may have
left from the other database since."""


@click.group()
def mail() -> None:
    """Look at the outbox, take it over, send a test.

    The worker sends what waits. DKIM is signed by the mail server, not here.

    \b
    Examples:
      seloste mail status                         does anything leave, and what waits?
      seloste mail send-test owner@example.com    through the outbox, like every message
      seloste mail adopt                          after a restore or a move
    """


@mail.command()
def status() -> None:
    """Say whether messages leave, by which way, and how many are in each state.

    \b
    Exit codes:
      0  messages leave
      3  nothing leaves: the database is a copy, or the mail server cannot be used
    """
    with preparation.house():
        preparation.refuse_unmigrated()
        from seloste.mail import queries  # noqa: PLC0415

        found = queries.condition()
        click.echo(_STANDINGS[found.standing])
        click.echo(f"Way out       {_way_out()}")
        if found.relay_trouble and found.relay_trouble_at:
            since = found.relay_trouble_at.astimezone(clock.HELSINKI)
            click.echo(f"Trouble       {found.relay_trouble} (since {since:%Y-%m-%d %H:%M})")
        for state, count in sorted(queries.whole_counts().items()):
            click.echo(f"{state:<13} {count}")
        if found.relay_trouble or found.standing not in {"home", "new"}:
            raise SystemExit(STANDS_STILL)


def _way_out() -> str:
    """Name the way out without the name and password in it."""
    from urllib.parse import urlsplit  # noqa: PLC0415

    from django.conf import settings  # noqa: PLC0415

    if settings.SMTP_URL:
        parts = urlsplit(settings.SMTP_URL)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or (465 if parts.scheme == 'smtps' else 587)}"
    return settings.MAIL_PROVIDER or "none: set SELOSTE_SMTP, or SELOSTE_ANYMAIL and SELOSTE_ANYMAIL_SETTINGS"


@mail.command()
@click.option("--keep-waiting", is_flag=True, help="Send what waits; without it, it is cancelled.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def adopt(*, keep_waiting: bool, yes: bool) -> None:
    """Have messages leave from this database from now on.

    Needed after a restore from a backup, a copy, or a move to another server. Says what follows, and asks.
    """
    with preparation.house():
        preparation.refuse_unmigrated()
        from seloste.mail import actions, queries  # noqa: PLC0415

        if queries.condition().standing in {"home", "new"}:
            click.echo("Messages leave from this database already: there is nothing to take over.")
            return
        _tell_what_follows(keep_waiting=keep_waiting)
        if not yes and not click.confirm("Take the outbox over?"):
            raise Trouble("Nothing was changed.")
        by = operator(PURPOSE, may=frozenset())
        cancelled = actions.adopt(by=by, at=clock.now(), cancel_waiting=not keep_waiting)
        click.echo(f"Messages leave from here. {cancelled} that waited {_was(cancelled)} cancelled.")


def _tell_what_follows(*, keep_waiting: bool) -> None:
    from seloste.mail import queries  # noqa: PLC0415

    counts = queries.whole_counts()
    waiting = counts.get("queued", 0) + counts.get("claimed", 0)
    click.echo(_ABOUT_COPIES)
    then = "will be sent from here (--keep-waiting)" if keep_waiting else "will be cancelled (unless --keep-waiting)"
    click.echo(f"\nWaiting       {waiting}: {then}\nUnder way     {counts.get('handed_over', 0)}: will be unknown\n")


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


@mail.command("send-test")
@click.argument("address")
def send_test(address: str) -> None:
    """Send a test message to ADDRESS through the outbox, and say what became of it."""
    with preparation.house():
        preparation.refuse_unmigrated()
        preparation.refuse_unreplayed()
        from seloste.mail import actions, jobs  # noqa: PLC0415
        from seloste.mail.choices import MessageKind  # noqa: PLC0415

        at = clock.now()
        message_id = actions.queue(
            by=operator(PURPOSE, may=frozenset()),
            at=at,
            key=f"test:{uuid4()}",
            kind=MessageKind.SERVICE,
            purpose=PURPOSE,
            person_id=None,
            address=address,
            language="en",
            subject="A test of the outbox",
            text="Somebody at the server asked for this test. If you can read it, messages leave and arrive.",
        )
        jobs.send_now(at)
        _tell_fate(message_id)


def _tell_fate(message_id: UUID) -> None:
    from seloste.mail import queries  # noqa: PLC0415

    found = queries.fate(message_id)
    click.echo(f"{found.state}{f' ({found.why})' if found.why else ''}: {found.reply or queries.relay_trouble()}")
    if found.state != "accepted":
        raise SystemExit(STANDS_STILL)
