"""What has to be in place before Django works: settings read, a database that answers, tables, static files."""

import contextlib
import io
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from seloste.config import database, embedded, environment
from seloste.config.trouble import Trouble

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

#: The key of the database's own lock for preparing it; any number, the same in every process.
PREPARING = 0x5E105E


@contextlib.contextmanager
def house(*, needs_database: bool = True) -> Iterator[None]:
    """Have Django set up, and PostgreSQL answering, while the block runs; the command line speaks English."""
    found = environment.read()
    with database.available(found) if needs_database else contextlib.nullcontext():
        _set_up_django()
        try:
            with _in_english():
                yield
        finally:
            close_connections()


@contextlib.contextmanager
def _in_english() -> Iterator[None]:
    """Tell a room's refusal in the words of the command line, while the language is still known."""
    from django.utils import translation  # noqa: PLC0415

    from seloste.kernel.refusals import Refusal  # noqa: PLC0415

    with translation.override("en"):
        try:
            yield
        except Refusal as refusal:
            raise Trouble(str(refusal)) from refusal


@contextlib.contextmanager
def fresh_house() -> Iterator[None]:
    """Have Django work on a new server's new database while the block runs; no data are read or written."""
    with tempfile.TemporaryDirectory(prefix="seloste-") as name:
        Path(name).chmod(0o711)
        server = embedded.throwaway(Path(name))
        with embedded.in_use(server):
            os.environ["DATABASE_URL"] = f"postgresql://{embedded.ROLE}@/{embedded.DATABASE}?host={server.socket}"
            os.environ["SELOSTE_LEDGER"] = str(Path(name) / "ledger" / "ledger.jsonl")  # another database's is not its
            with house():
                migrate()
                yield


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seloste.config.settings")
    import django  # noqa: PLC0415 -- reads the settings, so only once they are known to be right

    django.setup()


def close_connections() -> None:
    """Close this process's connections; done before web processes are forked, which must not share one."""
    from django.db import connections  # noqa: PLC0415

    connections.close_all()


def apart(deed: Callable[[], None]) -> None:
    """Do it in a process of its own, so that this one can be forked after it.

    A library that keeps threads (typst does, once it has set a page) would have none of them in a forked process, and
    wait for them for ever. Raises `Trouble` as the deed does; SystemExit where it failed, which it told of itself.
    """
    close_connections()  # else both processes would speak through one
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_do, args=(deed, theirs))
    process.start()
    theirs.close()
    try:
        trouble = ours.recv()
    except EOFError:
        process.join()
        raise SystemExit(process.exitcode or 1) from None
    process.join()
    if trouble:
        raise Trouble(trouble)


def _do(deed: Callable[[], None], answer: "Connection[str, str]") -> None:
    from seloste.kernel.refusals import Refusal  # noqa: PLC0415

    try:
        deed()
    except (Trouble, Refusal) as trouble:
        answer.send(str(trouble))
    except KeyboardInterrupt:
        return  # the first process has heard it too
    else:
        answer.send("")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let processes that start on one database at the same moment prepare it one after the other."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])


def migrate() -> None:
    """Bring the tables up to date, and the table of the cache."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def refuse_unmigrated() -> None:
    """Refuse to serve on tables of another version."""
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Trouble("The database's tables are of another version: run `seloste migrate` first.")


def refuse_unreplayed() -> None:
    """Refuse to serve a database that was put back to an earlier day, until all later is done again (I54)."""
    from seloste.ledger.choices import Standing  # noqa: PLC0415
    from seloste.ledger.queries import standing, words  # noqa: PLC0415

    found = standing()
    if found.state is not Standing.WHOLE:
        raise Trouble(words(found))


def refuse_invented_accounts() -> None:
    """Refuse to serve real people where somebody can sign in with a password that everybody knows."""
    from seloste.accounts.queries import is_fit_for_production  # noqa: PLC0415

    if not is_fit_for_production():
        raise Trouble(
            "The database holds open demo accounts (…@example.com): close each with `seloste staff disable`, "
            "or start with a database of its own."
        )


def refuse_unpublished_notice() -> None:
    """Refuse to take in anything under a notice that nobody could have read."""
    from seloste.notices.queries import current_version  # noqa: PLC0415

    current_version()


def refuse_unnamed_providers() -> None:
    """Refuse to hand anybody's order to a payment provider that the notice does not name (S7.2, art. 13(1)(e))."""
    from seloste.payments.actions import undeclared  # noqa: PLC0415

    for way in undeclared():
        raise Trouble(
            f"The payment provider {way} has keys, but notice/recipients.toml does not name it: add [recipient.{way}] "
            f'with its contract_date, and "{way}" to the recipients of purpose.order; or leave its keys out.'
        )


def refuse_real_accounts() -> None:
    """Refuse to open known logins on a database where real people work."""
    from seloste.accounts.models import User  # noqa: PLC0415
    from seloste.accounts.rules import DEMO_DOMAIN  # noqa: PLC0415

    if User.objects.exclude(email__endswith=DEMO_DOMAIN).exists():
        raise Trouble(
            "This database has real staff accounts: the demo needs one of its own (SELOSTE_VAR, DATABASE_URL)."
        )


def collect_static_files() -> None:
    """Gather the static files under their hashed names; skipped when none has changed since.

    Old ones stay: a page that was read before an upgrade still finds its own.
    """
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = _state_of_static_files()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != now:
        call_command("collectstatic", interactive=False, verbosity=0, stdout=io.StringIO())
        stamp.write_text(now, encoding="ascii")


def _state_of_static_files() -> str:
    from django.contrib.staticfiles.finders import get_finders  # noqa: PLC0415

    state = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            state.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return state.hexdigest()
