"""The leases in the database: their terms are counted by its own clock, and by nobody else's.

Appends take, renew and end them in their own transactions: `infrastructure.event_store.sqlite`
does it with the statements below, PostgreSQL in the function `append_batch`.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from domain.ports import Append, Lease, LeaseTerm
from infrastructure.event_store.rows import driver_rows
from infrastructure.event_store.tables import IS_RUN, RUN_LEASES

_MOST: Final = 1000
_LATER: Final = "strftime('%Y-%m-%d %H:%M:%f', 'now', ? || ' seconds')"
SECONDS_LEFT: Final[dict[str, sa.ColumnElement[float]]] = {
    "sqlite": sa.literal_column("(julianday(expires_at) - julianday('now')) * 86400"),
    "postgresql": sa.literal_column("extract(epoch FROM expires_at - clock_timestamp())::float8"),
}
"""The seconds until a lease runs out."""

_IN_SECONDS: Final[dict[str, sa.ColumnElement[Any]]] = {
    "sqlite": sa.func.strftime(
        "%Y-%m-%d %H:%M:%f", "now", sa.cast(sa.bindparam("in_seconds"), sa.Text) + " seconds"
    ),
    "postgresql": sa.func.clock_timestamp()
    + sa.bindparam("in_seconds", type_=sa.Float) * sa.text("interval '1 second'"),
}
_OWNED: Final = (
    RUN_LEASES.c.tenant_id == sa.bindparam("of_tenant"),
    RUN_LEASES.c.stream_id == sa.bindparam("of_stream"),
    RUN_LEASES.c.owner == sa.bindparam("of_owner"),
)

# Parameters by place, as in `infrastructure.event_store.sqlite`.
# tenant, stream
SELECT_LEASE: Final = (
    "SELECT owner, epoch, (julianday(expires_at) - julianday('now')) * 86400 FROM run_leases"
    " WHERE tenant_id = ? AND stream_id = ?"
)
# tenant, stream, owner, seconds
HOLD_LEASE: Final = (
    f"INSERT INTO run_leases VALUES (?, ?, ?, 1, {_LATER}) ON CONFLICT (tenant_id, stream_id)"  # noqa: S608
    " DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at,"
    " epoch = epoch + (owner <> excluded.owner)"
)
# tenant, stream
END_LEASE: Final = "DELETE FROM run_leases WHERE tenant_id = ? AND stream_id = ?"


def lease_of(cursor: sqlite3.Cursor, request: Append) -> Lease | None:
    """Return the lease of the request's stream, if there is one."""
    row = cursor.execute(SELECT_LEASE, (request.tenant_id, request.stream_id)).fetchone()
    return Lease(*row) if row else None


def move_lease(cursor: sqlite3.Cursor, request: Append) -> None:
    """Let the lease be as it is after the append."""
    stream = (request.tenant_id, request.stream_id)
    if request.ends_lease:
        cursor.execute(END_LEASE, stream)
    elif request.lease is not None:
        cursor.execute(HOLD_LEASE, (*stream, request.lease.owner, request.lease.seconds))


class SqlLeases:
    """See `domain.ports.Leases`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine, self._left = engine, SECONDS_LEFT[engine.dialect.name]
        self._later = _IN_SECONDS[engine.dialect.name]
        # Made once, for each command asks.
        self._run_out = (
            sa.select(RUN_LEASES.c.stream_id)
            .where(RUN_LEASES.c.tenant_id == sa.bindparam("of_tenant"), IS_RUN, self._left <= 0)
            .order_by(RUN_LEASES.c.expires_at, RUN_LEASES.c.stream_id)
            .limit(_MOST)
        )

    def run_out(self, tenant_id: str) -> list[str]:
        """See `Leases`."""
        with self._engine.connect() as connection:
            return [
                row[0] for row in driver_rows(connection, self._run_out, {"of_tenant": tenant_id})
            ]

    def tenants_run_out(self) -> list[str]:
        """See `Leases`."""
        tenants = sa.select(RUN_LEASES.c.tenant_id).where(IS_RUN, self._left <= 0).distinct()
        with self._engine.connect() as connection:
            return sorted(connection.execute(tenants).scalars())

    def leases(self, tenant_id: str, stream_ids: Sequence[str]) -> dict[str, Lease]:
        """See `Leases`."""
        of_tenant = sa.select(
            *RUN_LEASES.c["stream_id", "owner", "epoch"], self._left.label("seconds_left")
        ).where(RUN_LEASES.c.tenant_id == tenant_id)
        with self._engine.connect() as connection:
            rows = connection.execute(of_tenant.where(RUN_LEASES.c.stream_id.in_(stream_ids)))
            return {stream_id: Lease(*lease) for stream_id, *lease in rows}

    def renew(self, tenant_id: str, stream_id: str, term: LeaseTerm) -> None:
        """See `Leases`."""
        later = sa.update(RUN_LEASES).where(*_OWNED).values(expires_at=self._later)
        self._change(later, tenant_id, stream_id, term.owner, in_seconds=term.seconds)

    def pass_on(self, tenant_id: str, stream_id: str, owner: str, *, to: LeaseTerm) -> None:
        """See `Leases`."""
        values = {"owner": to.owner, "epoch": RUN_LEASES.c.epoch + 1, "expires_at": self._later}
        passed = sa.update(RUN_LEASES).where(*_OWNED).values(values)
        self._change(passed, tenant_id, stream_id, owner, in_seconds=to.seconds)

    def give_back(self, tenant_id: str, stream_id: str, owner: str) -> None:
        """See `Leases`."""
        self._change(sa.delete(RUN_LEASES).where(*_OWNED), tenant_id, stream_id, owner)

    def _change(
        self, change: sa.Executable, tenant_id: str, stream_id: str, owner: str, **more: float
    ) -> None:
        # One statement: SQLite takes its write lock with it, and PostgreSQL needs none.
        of = {"of_tenant": tenant_id, "of_stream": stream_id, "of_owner": owner}
        with self._engine.begin() as connection:
            connection.execute(change, {**of, **more})
