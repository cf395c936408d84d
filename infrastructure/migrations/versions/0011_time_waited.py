"""What of a run's time was waiting: a column of the run list, filled from the events.

The time taken becomes that worked; of a call only the last attempt counts as failed; and what an
attempt took becomes the time of the run from its start to its end.

Revision ID: 0011
Revises: 0010
"""

import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

from domain.run.aggregate import RUN
from domain.run.clockwork import Clockwork
from infrastructure.migrations.append_batch import define_append_batch

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_CALLS = ("tool-call-started", "tool-call-succeeded", "tool-call-failed", "tool-call-skipped")
_RUNS = sa.text(
    "SELECT tenant_id, run_id FROM run_summaries WHERE (tenant_id, run_id) > (:tenant, :run)"
    " ORDER BY tenant_id, run_id LIMIT 500"
)
_EVENTS = sa.text(
    "SELECT tenant_id, stream_id, type, recorded_at,"
    " CASE WHEN type LIKE 'tool-call-%' THEN data END AS data FROM events"
    " WHERE (tenant_id, stream_id) > (:tenant, :run)"
    " AND (tenant_id, stream_id) <= (:last_tenant, :last_run)"
    " ORDER BY tenant_id, stream_id, version"
)
_UPDATE = sa.text(
    "UPDATE run_summaries SET waited_ms = :waited_ms, failed_call_count = :failed,"
    " duration_ms = CASE WHEN ended_at IS NULL THEN NULL ELSE :duration_ms END"
    " WHERE tenant_id = :tenant_id AND run_id = :run_id"
)
_UPDATE_CALL = sa.text(
    "UPDATE run_calls SET duration_ms = :duration_ms"
    " WHERE generation IN (SELECT generation FROM projections WHERE name = 'run_calls')"
    " AND tenant_id = :tenant_id AND run_id = :run_id AND call_id = :call_id"
    " AND attempt = :attempt AND duration_ms IS NOT NULL"
)


def upgrade() -> None:
    waited = sa.Column("waited_ms", sa.BigInteger(), nullable=False, server_default="0")
    op.add_column("run_summaries", waited)
    define_append_batch(["flag", "waited_ms"])
    _fill(op.get_bind())


def downgrade() -> None:
    define_append_batch(["flag"])
    op.drop_column("run_summaries", "waited_ms")


def _fill(connection: sa.Connection) -> None:
    tenant, run = "", ""
    while runs := connection.execute(_RUNS, {"tenant": tenant, "run": run}).all():
        last_tenant, last_run = runs[-1]
        part = {"tenant": tenant, "run": run, "last_tenant": last_tenant, "last_run": last_run}
        lines, calls = list[dict[str, Any]](), list[dict[str, Any]]()
        for (tenant_id, run_id), history in groupby(
            connection.execute(_EVENTS, part).all(), key=itemgetter(0, 1)
        ):
            key = {"tenant_id": tenant_id, "run_id": run_id}
            line, attempts = _read(list(history))
            lines += ({**key, **values} for values in line)
            calls += ({**key, **values} for values in attempts)
        for statement, rows in ((_UPDATE, lines), (_UPDATE_CALL, calls)):
            if rows:
                connection.execute(statement, rows)
        tenant, run = last_tenant, last_run


def _read(history: Sequence[sa.Row[Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the new values of a run and of its attempts, none where an event cannot be read."""
    if any(event.type not in RUN.types for event in history):
        return [], []
    clock, last, begun = Clockwork(), dict[str, str](), dict[tuple[str, int], int]()
    attempts: list[dict[str, Any]] = []
    for event in history:
        clock.add(RUN.types[event.type], event.recorded_at)
        if event.type not in _CALLS:
            continue
        data = json.loads(event.data)
        now, call = clock.worked + clock.waited, (data["call_id"], data.get("attempt", 1))
        last[call[0]] = event.type
        if event.type == "tool-call-started":
            begun[call] = now
        elif call in begun and event.type != "tool-call-skipped":
            took = (now - begun[call]) / 1000
            attempts.append({"call_id": call[0], "attempt": call[1], "duration_ms": took})
    line = {
        "duration_ms": round(clock.worked / 1000),
        "waited_ms": round(clock.waited / 1000),
        "failed": [*last.values()].count("tool-call-failed"),
    }
    return [line], attempts
