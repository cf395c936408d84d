"""Many appends in one transaction: all that an import brings is there, or nothing of it."""

import dataclasses
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, cast

import sqlalchemy as sa

from domain.aggregate.envelope import RecordedEvent
from domain.errors import CorruptLog
from domain.payloads import Payload
from domain.ports import Append, Appended, StreamHead
from infrastructure.database.engine import begin_immediate
from infrastructure.database.errors import translated
from infrastructure.database.upsert import insert_into
from infrastructure.event_store.batch import CONTRADICTS, Outcome, answer, sound_only
from infrastructure.event_store.stream_rows import read_head, read_stream
from infrastructure.event_store.tables import PAYLOADS

if TYPE_CHECKING:
    import psycopg


class _Appending(Protocol):
    def __call__(self, requests: Sequence[Append]) -> Sequence[Outcome]: ...


class WholeAppend:
    """Appends, puts and reads in one transaction, which somebody else ends."""

    def __init__(self, connection: sa.Connection, append: _Appending) -> None:
        self.connection, self._append = connection, append
        self._put = insert_into(PAYLOADS, connection.dialect).on_conflict_do_update(
            index_elements=PAYLOADS.primary_key, set_={"stored_at": sa.func.now()}
        )

    def append(self, requests: Sequence[Append]) -> list[Appended]:
        """Append all as one batch of the log. Raises what the first one is refused for."""
        return [answer(each) for each in sound_only(requests, self._append)]

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        """Store those payloads that are not there yet."""
        if payloads:
            rows = [{**dataclasses.asdict(each), "tenant_id": tenant_id} for each in payloads]
            self.connection.execute(self._put, rows)

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        """See `EventStore`; what was appended here is there."""
        return read_head(self.connection, tenant_id, stream_id)

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        """See `EventStore`; what was appended here is there."""
        return read_stream(self.connection, tenant_id, stream_id)


@contextmanager
def whole_append(engine: sa.Engine) -> Iterator[WholeAppend]:
    """Give one transaction, durable when the block ends; when it raises, nothing was written.

    Others who append wait meanwhile. Raises as every use of the engine does.
    """
    if engine.dialect.name == "sqlite":
        with (
            translated(engine, sqlite3.Error),
            begin_immediate(engine) as connection,
            connection.begin(),
        ):
            yield appending_on(connection)
        return
    import psycopg  # noqa: PLC0415 - only who has PostgreSQL has it

    read_committed = engine.connect().execution_options(isolation_level="READ COMMITTED")
    with translated(engine, psycopg.Error), read_committed as connection, connection.begin():
        yield appending_on(connection)


def appending_on(connection: sa.Connection) -> WholeAppend:
    """Return what appends in the transaction of the connection, with what else it writes."""
    on = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgres
    return WholeAppend(connection, on(connection))


def _on_sqlite(connection: sa.Connection) -> _Appending:
    from infrastructure.event_store.sqlite import append_all  # noqa: PLC0415 - one of the two

    cursor = cast("sqlite3.Cursor", connection.connection.cursor())

    def append(requests: Sequence[Append]) -> Sequence[Outcome]:
        try:
            return append_all(cursor, requests)
        except sqlite3.IntegrityError as error:
            raise CorruptLog(requests[0].stream_id, why=CONTRADICTS) from error

    return append


def _on_postgres(connection: sa.Connection) -> _Appending:
    from infrastructure.event_store.postgres import REFUSED, append_with  # noqa: PLC0415

    driver = cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)

    def append(requests: Sequence[Append]) -> Sequence[Outcome]:
        try:
            return append_with(driver.cursor(), requests)
        except REFUSED as error:
            raise CorruptLog(requests[0].stream_id, why=CONTRADICTS) from error

    return append
