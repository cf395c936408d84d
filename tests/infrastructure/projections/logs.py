"""A log that tests add events to, and the rows that projections make of it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.aggregate.envelope import Actor, Envelope
from domain.audit.chain import seal
from domain.ports import Append, Appended, EventStore
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import ResponseComposed, RunEvent, RunRequested
from domain.run.facts import Fault
from domain.times import recorded_text
from infrastructure.database.engine import begin_immediate
from infrastructure.ids import UuidIds
from infrastructure.projections import checkpoints
from infrastructure.projections.generations import Status
from infrastructure.projections.projection import View
from tests.contracts.event_samples import TENANT, summary
from tests.domain.run.envelopes import RecordedTimes
from tests.fakes import NOON

_Stored = tuple[str, int, str]

FAULT = Fault(code="TOOL_TIMEOUT", message="Timeout after 5 ms")


def begin(engine: sa.Engine, name: str) -> None:
    """Write the checkpoint of a projection that has read nothing yet."""
    with begin_immediate(engine) as connection, connection.begin():
        checkpoints.begin(connection, name, status=Status.LIVE)


class Log:
    """Appends events to streams, one batch at a time."""

    def __init__(self, store: EventStore) -> None:
        self.store = store
        self._ids = UuidIds()
        self._times = defaultdict[tuple[str, str], RecordedTimes](RecordedTimes)

    def add(
        self,
        *events: RunEvent,
        run: str = "run-1",
        tenant: str = TENANT,
        at: datetime = NOON,
    ) -> Appended:
        """Append the events to a run as one batch; a call ends when it says that it does."""
        stored, times = list[_Stored](), list[datetime]()
        for event in events:
            stored.append(RUN.encode(event))
            at = self._times[tenant, run].of(event, at)
            times.append(at)
        return self._append(stored, times, run=run, tenant=tenant)

    def add_stored(
        self,
        stored: Sequence[_Stored],
        *,
        run: str = "run-1",
        tenant: str = TENANT,
        at: datetime = NOON,
    ) -> Appended:
        """Append what is stored of events: their names, schema versions and data."""
        return self._append(stored, [at] * len(stored), run=run, tenant=tenant)

    def _append(
        self, stored: Sequence[_Stored], times: Sequence[datetime], *, run: str, tenant: str
    ) -> Appended:
        head = self.store.head(tenant, run)
        envelopes = tuple(
            seal(
                _envelope(event, version, run=run, tenant=tenant, at=at, event_id=self._ids.new())
            )
            for version, (event, at) in enumerate(
                zip(stored, times, strict=True), start=head.version + 1
            )
        )
        about = summary(run, tenant=tenant, version=envelopes[-1].version)
        request = Append(
            tenant_id=tenant, stream_id=run, expected=head, events=envelopes, summary=about
        )
        return self.store.append(request)


def asked(question: str = "Which servers are there?") -> RunRequested:
    return RunRequested(question=question)


def answered(answer: str) -> ResponseComposed:
    return ResponseComposed(answer=answer, blocks=[])


def called(
    call: str = "a", tool: str = "ci", *, ms: float = 4, is_success: bool = True
) -> list[RunEvent]:
    """Return a call from its start to its end."""
    return [start(call, tool), end(call, ms=ms, is_success=is_success)]


def start(call: str = "a", tool: str = "ci") -> ToolCallStarted:
    return ToolCallStarted(
        call_id=call, tool=tool, operation="search", params={}, label=call, timeout_ms=1000
    )


def end(call: str = "a", *, ms: float = 4, is_success: bool = True) -> RunEvent:
    if is_success:
        return ToolCallSucceeded(call_id=call, attempt=1, data=None, duration_ms=ms)
    return ToolCallFailed(call_id=call, attempt=1, error=FAULT, duration_ms=ms)


def rows_of(engine: sa.Engine, view: View, generation: int = 1) -> list[tuple[Any, ...]]:
    """Return keys and values of a generation, in order."""
    columns = view.table.c[(*view.key, *view.values)]
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*columns).where(view.of(generation)))
        return sorted((tuple(row) for row in rows), key=repr)


def _envelope(
    stored: tuple[str, int, str],
    version: int,
    *,
    run: str,
    tenant: str,
    at: datetime,
    event_id: str,
) -> Envelope:
    stored_as, schema_version, data = stored
    return Envelope(
        tenant_id=tenant,
        stream_id=run,
        version=version,
        event_id=event_id,
        type=stored_as,
        schema_version=schema_version,
        recorded_at=recorded_text(at),
        actor=Actor("person", "ada"),
        correlation_id=run,
        causation_id=None,
        traceparent=None,
        data=data,
        content_hash=b"",
    )
