"""PostgreSQL's own part of opening the database, with psycopg."""

import math
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa

from domain.tenancy import tenant_shown
from domain.values.text import shown
from infrastructure.database.errors import UnsupportedDatabase, translated

if TYPE_CHECKING:
    from typing import LiteralString

    import psycopg

DRIVERS: Final = ("postgresql", "postgresql+psycopg")
"""The URLs that are PostgreSQL's; both mean psycopg."""

_LAST_PORT: Final = 65535
_IDLE_SECONDS = 1.0
_CONNECTIONS: Final = 15
"""All of them are kept: one that overflows a pool is closed after each use, and to make the next
one costs the server a process."""
_KEEPS_APART: Final = "keeps_tenants_apart"
"""Whether `infrastructure.database_roles` were made: then tables show rows of tenants only."""

_WRITE_LOCK = 0x6F70737472  # "opstr": advisory locks are numbers, and this one is ours
# What was acknowledged survives a crash, as an audit log must, whatever the server's default is.
# A stricter one, for replicas, stays.
_PREPARE: Final = """
SELECT set_config('client_encoding', 'UTF8', false),
       set_config('lock_timeout', '10s', false),
       set_config('default_transaction_isolation', 'read committed', false),
       CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
            THEN set_config('synchronous_commit', 'on', false) END,
       set_config('opstrail.all_tenants', 'on', false),
       (SELECT relforcerowsecurity FROM pg_class WHERE oid = to_regclass('events'))
"""
_OF_ONE_TENANT: Final = (
    "SELECT set_config('opstrail.all_tenants', 'off', true),"
    " set_config('opstrail.tenant', %(tenant)s, true)"
)


def create_engine(url: sa.URL, *, is_read: bool = False) -> sa.Engine:
    """Return an engine for the URL; nothing is opened yet.

    A transaction reads from one snapshot, and of an engine that `is_read` writes nothing; commits
    wait for the disk, and who waits for a lock gives up after ten seconds. A connection that was
    idle, or was there when another one broke, is tried before it is used again, so that a restart
    of the server is survived.

    Raises `UnsupportedDatabase` when psycopg is not installed.
    """
    try:
        engine = sa.create_engine(
            url, isolation_level="REPEATABLE READ", pool_size=_CONNECTIONS, max_overflow=0
        )
    except ImportError as error:
        why = f"psycopg is missing ({error}): pip install 'opstrail[postgres]'"
        raise UnsupportedDatabase(str(url), why=why) from None
    # Before SQLAlchemy itself looks at the server, which it cannot do in every encoding.
    sa.event.listen(engine, "connect", _prepare_to_read if is_read else _prepare, insert=True)
    doubts = _Doubts()
    sa.event.listen(engine, "checkin", doubts.note_return)
    sa.event.listen(engine, "invalidate", doubts.note_loss)
    sa.event.listen(engine, "checkout", doubts.try_doubtful)
    sa.event.listen(engine, "begin", _begin)
    return engine


def wrong_option(url: sa.URL) -> str | None:
    """Return what is wrong with the hosts, ports or options of a URL, or None."""
    try:
        import psycopg  # noqa: PLC0415 - only who has PostgreSQL has it
    except ImportError:
        return None  # told when it is to be used
    try:
        dialect = url.set(drivername="postgresql+psycopg").get_dialect()()
        _, options = dialect.create_connect_args(url)
        psycopg.conninfo.make_conninfo(**options)
        psycopg.conninfo.timeout_from_conninfo(dict(options))
    except (sa.exc.ArgumentError, ValueError, TypeError, psycopg.ProgrammingError) as error:
        return " ".join(str(error).split())
    ports = str(options.get("port") or "").split(",")
    wrong = [port for port in ports if port and not _is_port(port)]
    return f"{shown(wrong[0])} is no port: one has a number from 1 to 65535" if wrong else None


def _is_port(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text[:6]) <= _LAST_PORT


def connect_to_write(engine: sa.Engine) -> sa.Connection:
    """Return a connection whose next transaction waits for the write lock, then sees all before.

    Not from one snapshot, which would be of the time before the lock was free.
    """
    return engine.connect().execution_options(isolation_level="READ COMMITTED", opstrail_lock=True)


def connect_once(engine: sa.Engine) -> sa.Connection:
    """See `engine.connect_once`; where tenants are kept apart, a transaction says whose it is."""
    connection = engine.connect()
    if tenant_shown() is not None and connection.info[_KEEPS_APART]:
        return connection
    return connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def statement(engine: sa.Engine) -> Iterator["psycopg.Cursor[tuple[Any, ...]]"]:
    """Give the driver's own cursor, on which each statement is a transaction of its own.

    For the one hot path: SQLAlchemy's share of a small transaction is larger than the server's.
    Raises as every use of the engine does.
    """
    import psycopg  # noqa: PLC0415 - only who has PostgreSQL has it

    with translated(engine, psycopg.Error), closing(engine.raw_connection()) as pooled:
        connection = cast("psycopg.Connection[tuple[Any, ...]]", pooled.driver_connection)
        connection.autocommit = True
        try:
            yield connection.cursor()
        finally:
            if connection.closed:
                pooled.invalidate()
            else:
                connection.autocommit = False


def _prepare(
    connection: "psycopg.Connection[tuple[Any, ...]]", record: sa.pool.ConnectionPoolEntry
) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding not in {None, "UTF8"}:
        create = "CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0"
        why = f"its encoding {encoding} has not every letter; make one with: {create}"
        raise UnsupportedDatabase(connection.info.dbname, why=why)
    (*_, record.info[_KEEPS_APART]) = _autocommit(connection, _PREPARE).fetchone() or (False,)


def _prepare_to_read(
    connection: "psycopg.Connection[tuple[Any, ...]]", record: sa.pool.ConnectionPoolEntry
) -> None:
    _prepare(connection, record)
    _autocommit(connection, "SET default_transaction_read_only = on")


class _Doubts:
    """Which connections of a pool are tried before they are used: a restart may have cut them."""

    def __init__(self) -> None:
        self._lost_at = 0.0

    def note_return(self, _connection: object, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["returned_at"] = time.monotonic()

    def note_loss(self, *_: object) -> None:
        self._lost_at = time.monotonic()

    def try_doubtful(
        self,
        connection: "psycopg.Connection[tuple[Any, ...]]",
        record: sa.pool.ConnectionPoolEntry,
        _proxy: object,
    ) -> None:
        # Not before each use, as SQLAlchemy would: that is a tenth of a small append.
        returned_at = record.info.get("returned_at", math.inf)
        if returned_at > max(self._lost_at, time.monotonic() - _IDLE_SECONDS):
            return
        import psycopg  # noqa: PLC0415 - see `statement`

        try:
            _autocommit(connection, "")
        except psycopg.Error as error:
            raise sa.exc.DisconnectionError from error  # the pool makes another


def _autocommit(
    connection: "psycopg.Connection[tuple[Any, ...]]", query: "LiteralString"
) -> "psycopg.Cursor[tuple[Any, ...]]":
    was, connection.autocommit = connection.autocommit, True
    answer = connection.execute(query)
    connection.autocommit = was
    return answer


def _begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("opstrail_lock"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")
    tenant_id = tenant_shown()
    if tenant_id is not None and connection.info[_KEEPS_APART]:
        connection.exec_driver_sql(_OF_ONE_TENANT, {"tenant": tenant_id})
