"""Payloads on SQLite and PostgreSQL.

A put is a transaction of its own before the append of the event that names what was put, and its
commit does not wait for the disk. The commit of the append does, and both databases write their
log in order: so whatever a crash leaves of the events, it leaves the payloads that they name. What
it leaves of payloads that no event names is swept (`infrastructure.named_payloads.sweep`).
"""

import dataclasses
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.payloads import Payload
from infrastructure.database.sqlite_writer import SqliteWriter
from infrastructure.event_store.tables import PAYLOADS

_COLUMNS = ("tenant_id", "digest", "size", "content")
_DIGESTS_AT_ONCE = 1000

# One that is there already is only marked as put again, so that no sweep takes it away before the
# event that names it now is appended.
_SET = {"stored_at": sa.func.now()}
_ON_SQLITE = sqlite.insert(PAYLOADS).on_conflict_do_update(PAYLOADS.primary_key, set_=_SET)
_ON_POSTGRES = postgresql.insert(PAYLOADS).on_conflict_do_update(
    index_elements=PAYLOADS.primary_key, set_=_SET
)
_SQLITE_TEXT = str(
    _ON_SQLITE.compile(dialect=sqlite.dialect(paramstyle="qmark"), column_keys=list(_COLUMNS))
)
# As bytes, whatever somebody made of them: SQLite keeps any value in any column.
_SELECT = sa.select(PAYLOADS.c.digest, sa.cast(PAYLOADS.c.content, sa.LargeBinary)).where(
    PAYLOADS.c.tenant_id == sa.bindparam("the_tenant"),
    PAYLOADS.c.digest.in_(sa.bindparam("digests", expanding=True)),
)


class SqlitePayloads:
    """See `domain.payloads.Payloads`."""

    def __init__(self, engine: sa.Engine, writer: SqliteWriter) -> None:
        self._engine, self._writer = engine, writer

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        """See `Payloads`."""
        rows = [(tenant_id, each.digest, each.size, each.content) for each in payloads]
        self._writer.write(lambda to: to.executemany(_SQLITE_TEXT, rows), is_durable=False)

    def get(self, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """See `Payloads`."""
        return _read(self._engine, tenant_id, digests)


class PostgresPayloads:
    """See `domain.payloads.Payloads`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

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
            connection.execute(_ON_POSTGRES, rows)

    def get(self, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """See `Payloads`."""
        return _read(self._engine, tenant_id, digests)


def _read(engine: sa.Engine, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
    wanted, found = list(digests), dict[bytes, bytes]()
    with engine.connect() as connection:
        for start in range(0, len(wanted), _DIGESTS_AT_ONCE):
            some = wanted[start : start + _DIGESTS_AT_ONCE]
            rows = connection.execute(_SELECT, {"the_tenant": tenant_id, "digests": some})
            found.update((bytes(digest), bytes(content)) for digest, content in rows)
    return found
