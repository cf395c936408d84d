"""What of a run's time was waiting: a column of the run list, filled from the events.

The time taken becomes that worked, and of a call only the last attempt counts as failed.

Revision ID: 0011
Revises: 0010
"""

import json
from collections.abc import Iterator, Sequence
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
        events = connection.execute(_EVENTS, part).all()
        lines = [
            {"tenant_id": tenant_id, "run_id": run_id, **times}
            for (tenant_id, run_id), history in groupby(events, key=itemgetter(0, 1))
            for times in _line(list(history))
        ]
        if lines:
            connection.execute(_UPDATE, lines)
        tenant, run = last_tenant, last_run


def _line(history: Sequence[sa.Row[Any]]) -> Iterator[dict[str, int]]:
    """Yield the new values of a run, none where an event of it cannot be read."""
    if any(event.type not in RUN.types for event in history):
        return
    clock, calls = Clockwork(), dict[str, str]()
    for event in history:
        clock.add(RUN.types[event.type], event.recorded_at)
        if event.type in _CALLS:
            calls[json.loads(event.data)["call_id"]] = event.type
    yield {
        "duration_ms": round(clock.worked / 1000),
        "waited_ms": round(clock.waited / 1000),
        "failed": [*calls.values()].count("tool-call-failed"),
    }
