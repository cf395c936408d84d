"""How long attempts of calls took: the time of their run from their start to their end."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import Envelope
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry
from infrastructure.event_store.rows import driver_rows, to_event
from infrastructure.event_store.tables import EVENTS

Attempt = tuple[str, str, str, int]
"""Tenant, run, call id and attempt."""

_ENDS = (ToolCallSucceeded, ToolCallFailed)
_Run = tuple[str, str]
_RUN = (EVENTS.c.tenant_id, EVENTS.c.stream_id)
_NOTHING: Final = timedelta()
_MS: Final = timedelta(milliseconds=1)


def attempt_of(
    envelope: Envelope, event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed
) -> Attempt:
    """Return the attempt that the event is about."""
    return envelope.tenant_id, envelope.stream_id, event.call_id, event.attempt


def call_times(connection: sa.Connection, entries: Sequence[HistoryEntry]) -> dict[int, float]:
    """Return how many milliseconds each attempt took that ends in these events, by position."""
    runs = {_run_of(entry) for entry in entries if isinstance(entry.event, _ENDS)}
    clocks, took = _clocks(connection, runs), dict[int, float]()
    began = _began_before(connection, entries)
    for entry in entries:
        envelope, event = entry.envelope, entry.event
        if isinstance(event, ToolCallStarted):
            began[attempt_of(envelope, event)] = envelope.version
        elif isinstance(event, _ENDS) and attempt_of(envelope, event) in began:
            clock, start = clocks[_run_of(entry)], began[attempt_of(envelope, event)]
            took[entry.position] = (clock[envelope.version] - clock[start]) / _MS
    return took


def _run_of(entry: HistoryEntry) -> _Run:
    return entry.envelope.tenant_id, entry.envelope.stream_id


def _began_before(
    connection: sa.Connection, entries: Sequence[HistoryEntry]
) -> dict[Attempt, int]:
    """Return the versions at which attempts began that end in these events, and began before."""
    begun, runs = set[Attempt](), set[_Run]()
    for entry in entries:
        envelope, event = entry.envelope, entry.event
        if isinstance(event, ToolCallStarted):
            begun.add(attempt_of(envelope, event))
        elif isinstance(event, _ENDS) and attempt_of(envelope, event) not in begun:
            runs.add(_run_of(entry))
    if not runs:
        return {}
    query = sa.select(EVENTS).where(
        sa.tuple_(*_RUN).in_(runs),
        EVENTS.c.position < entries[0].position,
        EVENTS.c.type == ToolCallStarted.stored_as,
    )
    rows = driver_rows(connection, query.order_by(EVENTS.c.position), {})
    earlier = [RUN.read(to_event(row)) for row in rows]
    return {
        attempt_of(each.envelope, each.event): each.envelope.version
        for each in earlier
        if isinstance(each.event, ToolCallStarted)
    }


def _clocks(connection: sa.Connection, runs: Collection[_Run]) -> dict[_Run, dict[int, timedelta]]:
    """Return how much time of each run had gone by at each of its versions.

    See `domain.run.clockwork`: no call goes on while its run waits.
    """
    if not runs:
        return {}
    query = sa.select(*_RUN, EVENTS.c.version, EVENTS.c.recorded_at)
    query = query.where(sa.tuple_(*_RUN).in_(runs)).order_by(*_RUN, EVENTS.c.version)
    clocks: dict[_Run, dict[int, timedelta]] = {}
    for run, events in groupby(driver_rows(connection, query, {}), key=itemgetter(0, 1)):
        gone, before = _NOTHING, None
        clock = clocks[run] = dict[int, timedelta]()
        for _, _, version, recorded_at in events:
            at = datetime.fromisoformat(recorded_at)
            gone += max(_NOTHING, at - before) if before else _NOTHING
            clock[version], before = gone, at
    return clocks
