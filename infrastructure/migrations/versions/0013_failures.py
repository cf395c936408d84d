"""Kinds of failures: what a tool call failed of, and when; the error of a run is of one with it.

The calls by run follow the log from its beginning again, when they are read next.

Revision ID: 0013
Revises: 0011
"""

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

from domain.run.fingerprint import error_fingerprint

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

_COLUMNS = ("error", "fingerprint", "ended_at")
_INDEX = "run_calls_by_fingerprint"
_HAS_FAILED = sa.text("fingerprint IS NOT NULL")
_RUNS = sa.text(
    "SELECT tenant_id, run_id, error_code, error FROM run_summaries WHERE fingerprint IS NOT NULL"
)
_EVENTS = sa.text(
    "SELECT type, data FROM events WHERE tenant_id = :tenant_id AND stream_id = :run_id"
    " AND type IN ('tool-call-started', 'tool-call-skipped', 'tool-call-succeeded',"
    " 'tool-call-failed', 'run-requested', 'run-resumed', 'run-failed', 'run-rejected')"
    " ORDER BY version"
)
_UPDATE = sa.text(
    "UPDATE run_summaries SET fingerprint = :fingerprint"
    " WHERE tenant_id = :tenant_id AND run_id = :run_id"
)


def upgrade() -> None:
    for name in _COLUMNS:
        op.add_column("run_calls", sa.Column(name, sa.Text))
    op.create_index(
        _INDEX,
        "run_calls",
        ["generation", "tenant_id", "fingerprint", "requested_at", "run_id"],
        sqlite_where=_HAS_FAILED,
        postgresql_where=_HAS_FAILED,
    )
    _begin_anew()
    _tell_kinds(op.get_bind())


def downgrade() -> None:
    op.drop_index(_INDEX, "run_calls")
    for name in _COLUMNS:
        op.drop_column("run_calls", name)


def _begin_anew() -> None:
    op.execute("DELETE FROM run_calls")
    op.execute("DELETE FROM parked_streams WHERE projection = 'run_calls'")
    op.execute("DELETE FROM projections WHERE name = 'run_calls'")


def _tell_kinds(connection: sa.Connection) -> None:
    for run in connection.execute(_RUNS).all():
        which = {"tenant_id": run.tenant_id, "run_id": run.run_id}
        where = _where(connection.execute(_EVENTS, which).all())
        kind = None
        if where is not None:
            kind = error_fingerprint(run.error_code or "", run.error or "", where=where)
        connection.execute(_UPDATE, {**which, "fingerprint": kind})


def _where(events: Iterable[sa.Row[Any]]) -> str | None:
    """Return the tool call, the stage or the policy that the last error is of.

    None when no tool failed, but a patch, a block or a record brought it about.
    """
    where: str | None = ""
    made, told_again, is_what_if = dict[str, str](), set[str](), False
    for event in events:
        data = json.loads(event.data)
        match event.type:
            case "run-failed":
                call_id = data["error"].get("details", {}).get("call_id") or ""
                where = made.get(call_id, f"{data.get('stage') or ''} {call_id}")
                if call_id in told_again if call_id in made else is_what_if:
                    where = None
            case "run-requested" | "run-resumed":
                origin = data.get("origin") or data
                patches = (origin.get("patches") or {}).values()
                is_what_if = is_what_if or any(patches) or bool(origin.get("is_blocked"))
            case "tool-call-succeeded" | "tool-call-failed":
                is_live = data.get("answered_by", "live") == "live"
                (told_again.discard if is_live else told_again.add)(data["call_id"])
            case "run-rejected":
                where = data.get("policy") or ""
            case _:
                made[data["call_id"]] = f"{data['tool']}.{data['operation']}"
                is_told_again = data.get("cause") in told_again
                (told_again.add if is_told_again else told_again.discard)(data["call_id"])
    return where
