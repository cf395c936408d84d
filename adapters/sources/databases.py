"""Reading rows of databases outside: read-only, within limits of time and size."""

import math
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote, urlsplit

from pydantic import JsonValue

from adapters.sources.source import SqlSource
from adapters.sources.sql_statement import Statement, Values, checked, functions_of
from domain.threads import Work, current_work
from domain.tools.contracts import ToolErrorCode, ToolFailure
from domain.values.limits import LARGEST_INTEGER

if TYPE_CHECKING:
    import psycopg

Rows = tuple[list[str], list[JsonValue], bool]
"""The columns, the rows, and whether there are more than these."""

_C: Final = ToolErrorCode
_STEPS: Final = 10_000
"""After so many steps, which take about a millisecond, SQLite asks whether to go on."""
_OPERATORS: Final = ("like", "->", "->>")
_OF_SQLITE: Final = {
    sqlite3.SQLITE_INTERRUPT: _C.TOOL_TIMEOUT,
    sqlite3.SQLITE_AUTH: _C.SQL_BLOCKED,
    sqlite3.SQLITE_ERROR: _C.TOOL_BAD_REQUEST,
    sqlite3.SQLITE_TOOBIG: _C.MAX_ROWS_EXCEEDED,
}
# Only what comes with PostgreSQL is found without its schema; texts are read as they were checked.
_PINNED: Final = (
    "SET LOCAL search_path = pg_catalog; SET LOCAL standard_conforming_strings = on;"
    " SET LOCAL TimeZone = 'UTC'; SET LOCAL statement_timeout = {0}; SET LOCAL lock_timeout = {0}"
)
_CONNECT_SECONDS: Final = 5
_CANCEL_SECONDS: Final = 1.0


def rows_of(
    source: SqlSource, password: str | None, *, sql: str, values: Values, tenant_id: str
) -> Rows:
    """Return the rows of a SELECT that the source allows. Raises `ToolFailure`.

    In the thread of work that is given up the statement is stopped.
    """
    statement = checked(source, sql, values=values, tenant_id=tenant_id)
    return _read(source, password, statement)


def try_database(source: SqlSource, password: str | None) -> None:
    """Ask for nothing but an answer. Raises `ToolFailure`."""
    _read(source, password, Statement("SELECT 1", {}))


def _read(source: SqlSource, password: str | None, statement: Statement) -> Rows:
    work = current_work() or Work()
    if source.is_sqlite:
        return _of_sqlite(source, statement, work)
    return _of_postgres(source, password, statement, work)


def _of_sqlite(source: SqlSource, statement: Statement, work: Work) -> Rows:
    ends_at = time.monotonic() + source.timeout_ms / 1000
    address = f"file:{quote(unquote(urlsplit(source.url).path[1:]))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=1.0)) as connection:
            connection.execute("PRAGMA query_only=ON")
            connection.text_factory = partial(str, encoding="utf-8", errors="replace")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, source.max_bytes)
            connection.set_authorizer(_authorizer(source))
            connection.set_progress_handler(
                lambda: work.is_given_up or time.monotonic() > ends_at, _STEPS
            )
            cursor = connection.execute(statement.text, statement.values)
            return [each[0] for each in cursor.description], *_bounded(source, cursor)
    except sqlite3.Error as error:
        # Of errors of several numbers the lowest byte tells the kind.
        kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        raise _failed(source, _OF_SQLITE.get(kind, _C.UPSTREAM_UNAVAILABLE), error) from error


def _authorizer(source: SqlSource) -> Callable[..., int]:
    """Return what SQLite asks for each thing that a statement does: a second look at it."""
    tables = {name.rpartition(".")[2].lower() for name in source.tables}
    functions = functions_of(source).union(_OPERATORS)

    def answer(
        action: int, first: str | None, second: str | None, _database: str | None, view: str | None
    ) -> int:
        is_allowed = action == sqlite3.SQLITE_SELECT
        if action == sqlite3.SQLITE_READ:
            is_allowed = not tables.isdisjoint({str(first).lower(), str(view).lower()})
        if action == sqlite3.SQLITE_FUNCTION:
            is_allowed = str(second).lower() in functions
        return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY

    return answer


def _of_postgres(
    source: SqlSource, password: str | None, statement: Statement, work: Work
) -> Rows:
    try:
        import psycopg  # noqa: PLC0415 - only who has PostgreSQL has it
    except ImportError as error:
        message = "psycopg is missing: pip install 'opstrail[postgres]'"
        raise ToolFailure(_C.UPSTREAM_UNAVAILABLE, message) from error
    try:
        with closing(
            psycopg.connect(source.url, password=password, connect_timeout=_CONNECT_SECONDS)
        ) as connection:
            connection.read_only = True
            connection.execute(_PINNED.format(source.timeout_ms).encode())
            cursor = psycopg.RawCursor(connection)
            with _stopped_by(work, connection):
                rows = cursor.stream(statement.text.encode(), [*statement.values.values()])
                found = _bounded(source, rows)
            if cursor.description is None:  # of no rows nothing was told, not even the columns
                columns = f"SELECT * FROM ({statement.text}) AS q LIMIT 0".encode()  # noqa: S608 - checked
                cursor.execute(columns, [*statement.values.values()])
            return [each.name for each in cursor.description or ()], *found
    except psycopg.Error as error:
        raise _failed(source, _code_of(error), error) from error


@contextmanager
def _stopped_by(work: Work, connection: "psycopg.Connection[Any]") -> Iterator[None]:
    import psycopg  # noqa: PLC0415 - see `_of_postgres`

    def stop() -> None:
        with suppress(psycopg.Error):  # it is tried again
            connection.cancel_safe(timeout=_CANCEL_SECONDS)

    work.stops_by(stop)
    try:
        yield
    finally:
        work.is_past(stop)


def _code_of(error: "psycopg.Error") -> ToolErrorCode:
    from psycopg import DataError, ProgrammingError, errors  # noqa: PLC0415 - see `_of_postgres`

    table: dict[tuple[type[Exception], ...], ToolErrorCode] = {
        (errors.QueryCanceled,): _C.TOOL_TIMEOUT,
        (errors.InsufficientPrivilege,): _C.PERMISSION_DENIED,
        (errors.ReadOnlySqlTransaction,): _C.SQL_BLOCKED,
        (DataError, ProgrammingError): _C.TOOL_BAD_REQUEST,
    }
    if "authentication failed" in str(error):  # of a connection there is no other sign
        return _C.AUTH_FAILED
    found = (code for kinds, code in table.items() if isinstance(error, kinds))
    return next(found, _C.UPSTREAM_UNAVAILABLE)


def _failed(source: SqlSource, code: ToolErrorCode, error: Exception) -> ToolFailure:
    said = (str(error).splitlines() or [type(error).__name__])[0]
    if code is _C.TOOL_TIMEOUT:
        said = f"no answer within {source.timeout_ms} ms; the statement was stopped"
    return ToolFailure(code, f"source {source.name}: {said}")


def _bounded(source: SqlSource, rows: Iterable[Sequence[object]]) -> tuple[list[JsonValue], bool]:
    """Return the rows as JSON, and whether there are more of them, or of their characters."""
    found, size = list[JsonValue](), 0
    for row in rows:
        plain = [_plain(value) for value in row]
        size += len(repr(plain))
        if len(found) == source.max_rows or size > source.max_bytes:
            return found, True
        found.append(plain)
    return found, False


def _plain(value: object) -> JsonValue:
    """Return a value as JSON: else as a text, bytes in hexadecimal, spans in seconds."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    return _PLAIN.get(type(value), str)(value)


def _exact(value: Decimal) -> JsonValue:
    """Return a decimal as a number where that loses nothing, else as a text."""
    near = float(value)
    return near if math.isfinite(near) and Decimal(repr(near)) == value else str(value)


_PLAIN: Final[dict[type, Callable[[Any], JsonValue]]] = {
    int: lambda value: value if abs(value) <= LARGEST_INTEGER else str(value),
    float: lambda value: value if math.isfinite(value) else str(value),
    Decimal: _exact,
    bytes: bytes.hex,
    memoryview: memoryview.hex,
    datetime: datetime.isoformat,
    timedelta: timedelta.total_seconds,
}
