"""Runs and their tool calls as records: lines of the run list, and of the list of calls."""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from domain.query.sets import SetKind
from infrastructure.estate.derived_tables import RecordedInstant
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.projections.generations import live_generation
from infrastructure.projections.tables import RUN_CALLS

_Element = sa.ColumnElement[Any]
_Rows = tuple[
    sa.FromClause, Mapping[str, _Element], tuple[_Element, ...], tuple[sa.ColumnElement[bool], ...]
]
"""Where records come from, their columns by field, their key, and which the tenant can see."""

_RUN: Final = {"id": "run_id", "actor": "actor_id", "error": "error_code", "error_text": "error"}
_RUN_COLUMNS: Final = ("question", "route", "origin", "duration_ms")
_COUNTS: Final = {"calls": "call_count", "failed_calls": "failed_call_count"}
_CALL: Final = {"run": "run_id", "error": "error_code", "error_text": "error"}
_CALL_COLUMNS: Final = ("tool", "operation", "status", "duration_ms")


def rows_of(kind: SetKind, tenant_id: str) -> _Rows:
    """Return the runs of a tenant, or the calls that were answered, as `tool describe` counts."""
    return _runs(tenant_id) if kind is SetKind.RUN else _calls(tenant_id)


def _runs(tenant_id: str) -> _Rows:
    rows = RUN_SUMMARIES.alias()
    columns = {
        **{name: rows.c[own] for name, own in (*_RUN.items(), *_COUNTS.items())},
        **{name: rows.c[name] for name in _RUN_COLUMNS},
        "status": sa.func.coalesce(rows.c.status, rows.c.state),
        "started": sa.type_coerce(rows.c.requested_at, RecordedInstant),
        "ended": sa.type_coerce(rows.c.ended_at, RecordedInstant),
    }
    return rows, columns, (rows.c.run_id,), (rows.c.tenant_id == tenant_id,)


def _calls(tenant_id: str) -> _Rows:
    rows = RUN_CALLS.alias()
    columns = {
        **{name: rows.c[own] for name, own in _CALL.items()},
        **{name: rows.c[name] for name in _CALL_COLUMNS},
        "ended": sa.type_coerce(rows.c.ended_at, RecordedInstant),
    }
    visible = (
        rows.c.generation == live_generation(RUN_CALLS.name),
        rows.c.tenant_id == tenant_id,
        rows.c.ended_at.is_not(None),
    )
    return rows, columns, (rows.c.run_id, rows.c.call_id, rows.c.attempt), visible
