"""The projection of tool calls by run: what a filter asks of them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from domain.aggregate.envelope import Envelope
from domain.run.call_events import (
    LIVE,
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import HistoryEntry, RunCancelled, RunFailed, RunRecovered
from domain.run.fingerprint import call_fingerprint
from infrastructure.database.upsert import upsert
from infrastructure.event_store.tables import EVENTS
from infrastructure.projections.call_times import Attempt, attempt_of, call_times
from infrastructure.projections.projection import View
from infrastructure.projections.tables import RUN_CALLS

_CALLS = RUN_CALLS.c
_KEY = ("tenant_id", "run_id", "call_id", "attempt")
_RUNNING: Final = "running"
_INTERRUPTED: Final = "interrupted"
_ENDED = (ToolCallSucceeded, ToolCallFailed)
_OF_THE_END = ("error_code", "error", "fingerprint", "ended_at", "duration_ms")
_INTERRUPTING = (RunCancelled, RunFailed, RunRecovered)

_INTERRUPT = (
    sa.update(RUN_CALLS)
    .where(
        _CALLS.generation == sa.bindparam("the_generation"),
        _CALLS.tenant_id == sa.bindparam("the_tenant"),
        _CALLS.run_id == sa.bindparam("the_run"),
        _CALLS.status == _RUNNING,
    )
    .values(status=_INTERRUPTED)
)

_Row = dict[str, Any]


class RunCallsProjection:
    """See `infrastructure.projections.projection.Projection`."""

    name: Final = RUN_CALLS.name
    types: Final = frozenset(
        kind.stored_as for kind in (ToolCallStarted, ToolCallSkipped, *_ENDED, *_INTERRUPTING)
    )
    view: Final = View(
        RUN_CALLS,
        key=_KEY,
        values=(
            *("tool", "operation", "status", "error_code", "duration_ms"),
            *("error", "fingerprint", "ended_at", "requested_at"),
        ),
    )

    def apply(
        self, connection: sa.Connection, entries: Sequence[HistoryEntry], *, generation: int
    ) -> None:
        """See `Projection`."""
        rows = _begun_before(connection, entries, generation=generation)
        took = call_times(connection, entries)
        for entry in entries:
            duration_ms = took.get(entry.position)
            _add(rows, connection, entry, duration_ms, generation=generation)
        if not rows:
            return
        new = {key: row for key, row in rows.items() if "requested_at" not in row}
        requested = _requested_at(connection, {key[:2] for key in new})
        for key, row in new.items():
            row["requested_at"] = requested[key[:2]]
        # A call may be skipped in each of the attempts of a run, and that is said once.
        statement = upsert(RUN_CALLS, connection.dialect, values=self.view.values)
        connection.execute(statement, list(rows.values()))


def _begun_before(
    connection: sa.Connection, entries: Sequence[HistoryEntry], *, generation: int
) -> dict[Attempt, _Row]:
    """Return the rows of the calls that end in these events and did not begin in them."""
    begun, ended = set[Attempt](), set[Attempt]()
    for entry in entries:
        event = entry.event
        if isinstance(event, ToolCallStarted):
            begun.add(attempt_of(entry.envelope, event))
        elif isinstance(event, _ENDED):
            ended.add(attempt_of(entry.envelope, event))
    before = ended - begun
    if not before:
        return {}
    is_wanted = sa.tuple_(*_CALLS[_KEY]).in_(before)
    query = sa.select(RUN_CALLS).where(_CALLS.generation == generation, is_wanted)
    rows = map(dict, connection.execute(query).mappings())
    return {_key(row): row for row in rows}


def _add(
    rows: dict[Attempt, _Row],
    connection: sa.Connection,
    entry: HistoryEntry,
    duration_ms: float | None,
    *,
    generation: int,
) -> None:
    event, envelope = entry.event, entry.envelope
    match event:
        case ToolCallStarted():
            row = _row(event, envelope, generation, attempt=event.attempt, status=_RUNNING)
            rows[_key(row)] = row
        case ToolCallSkipped():
            row = _row(event, envelope, generation, attempt=0, status="skipped")
            rows[_key(row)] = row
        case ToolCallSucceeded() | ToolCallFailed():
            key = attempt_of(envelope, event)
            if key in rows:
                ended = _end(event, rows[key], at=envelope.recorded_at)
                rows[key] |= {**ended, "duration_ms": duration_ms}
        case RunCancelled() | RunFailed() | RunRecovered():
            _interrupt(rows.values(), connection, envelope, generation=generation)
        case _:
            pass


def _row(
    event: ToolCallStarted | ToolCallSkipped,
    envelope: Envelope,
    generation: int,
    *,
    attempt: int,
    status: str,
) -> _Row:
    return {
        "generation": generation,
        "tenant_id": envelope.tenant_id,
        "run_id": envelope.stream_id,
        "call_id": event.call_id,
        "attempt": attempt,
        "tool": event.tool,
        "operation": event.operation,
        "status": status,
        **dict.fromkeys(_OF_THE_END),
    }


def _key(row: _Row) -> Attempt:
    return row["tenant_id"], row["run_id"], row["call_id"], row["attempt"]


def _end(event: ToolCallSucceeded | ToolCallFailed, row: _Row, *, at: str) -> _Row:
    is_live = event.answered_by == LIVE
    ended: _Row = {"ended_at": at if is_live else None}
    if isinstance(event, ToolCallSucceeded):
        return ended | {"status": "succeeded"}
    code, message = event.error.code, event.error.message
    kind = call_fingerprint(code, message, tool=row["tool"], operation=row["operation"])
    failed = {"status": "failed", "error_code": code, "error": message}
    return ended | failed | {"fingerprint": kind if is_live else None}


def _interrupt(
    rows: Iterable[_Row], connection: sa.Connection, envelope: Envelope, *, generation: int
) -> None:
    """Nobody hears of the calls of a run any more that have not ended when it ends."""
    for row in rows:
        is_of_run = (row["tenant_id"], row["run_id"]) == (envelope.tenant_id, envelope.stream_id)
        if is_of_run and row["status"] == _RUNNING:
            row["status"] = _INTERRUPTED
    of_run = {"the_tenant": envelope.tenant_id, "the_run": envelope.stream_id}
    connection.execute(_INTERRUPT, {"the_generation": generation, **of_run})


def _requested_at(
    connection: sa.Connection, runs: set[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Return when each run was requested; its first event may be long ago."""
    found: dict[tuple[str, str], str] = {}
    for tenant_id in {tenant_id for tenant_id, _ in runs}:
        run_ids = [run_id for of_tenant, run_id in runs if of_tenant == tenant_id]
        query = sa.select(EVENTS.c.stream_id, EVENTS.c.recorded_at).where(
            EVENTS.c.tenant_id == tenant_id, EVENTS.c.stream_id.in_(run_ids), EVENTS.c.version == 1
        )
        found |= {(tenant_id, row.stream_id): row.recorded_at for row in connection.execute(query)}
    return found
