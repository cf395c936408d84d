"""Payloads on SQLite and PostgreSQL.

A put is a transaction of its own before the append of the event that names what was put, and its
commit does not wait for the disk. The commit of the append does, and both databases write their
log in order: so whatever a crash leaves of the events, it leaves the payloads that they name. What
it leaves of payloads that no event names is swept (`infrastructure.named_payloads.sweep`).
"""

import dataclasses
from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from domain.payloads import Payload
from infrastructure.database.sqlite_writer import SqliteWriter
from infrastructure.database.upsert import insert_into
from infrastructure.event_store.payload_rows import PayloadReader
from infrastructure.event_store.tables import PAYLOADS

_COLUMNS = ("tenant_id", "digest", "size", "content")

# One that is there already is only marked as put again, so that no sweep takes it away before the
# event that names it now is appended.
_SET = {"stored_at": sa.func.now()}


@cache
def _sqlite_text() -> str:
    """Return the statement as text for the driver, its parameters in the order of `_COLUMNS`."""
    insert = sqlite.insert(PAYLOADS).on_conflict_do_update(PAYLOADS.primary_key, set_=_SET)
    dialect = sqlite.dialect(paramstyle="qmark")
    return str(insert.compile(dialect=dialect, column_keys=list(_COLUMNS)))


class SqlitePayloads:
    """See `domain.payloads.Payloads`."""

    def __init__(self, engine: sa.Engine, writer: SqliteWriter) -> None:
        self._writer, self.get = writer, PayloadReader(engine).get

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        """See `Payloads`."""
        rows = [(tenant_id, each.digest, each.size, each.content) for each in payloads]
        self._writer.write(lambda to: to.executemany(_sqlite_text(), rows), is_durable=False)


class PostgresPayloads:
    """See `domain.payloads.Payloads`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.get = PayloadReader(engine).get
        self._insert = insert_into(PAYLOADS, engine.dialect).on_conflict_do_update(
            index_elements=PAYLOADS.primary_key, set_=_SET
        )

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        """See `Payloads`."""
        if not payloads:
            return  # an INSERT without rows is one of a row of defaults
        # In one order: two that put the same rows then wait for each other, and not in a circle.
        rows = [
            {**dataclasses.asdict(each), "tenant_id": tenant_id}
            for each in sorted(payloads, key=lambda payload: payload.digest)
        ]
        # Not from one snapshot: who meets a row that another one just put would be refused.
        level = {"isolation_level": "READ COMMITTED"}
        with self._engine.connect().execution_options(**level) as connection, connection.begin():
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            connection.execute(self._insert, rows)
