"""A run with far more calls than a plan has, to see how reading grows."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import count

from msgspec.structs import replace

from bench.noop import BY, Bench, request
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.events import RunEvent
from domain.writer import StreamWriter
from infrastructure.clock import SystemClock
from infrastructure.ids import UuidIds


def append_large_run(bench: Bench, *, event_count: int) -> str:
    """Append a finished run with so many events, most of them calls, and return its id.

    It is a run as the service makes it, with its first call again and again.
    """
    small = [entry.event for entry in bench.history(asyncio.run(bench.run()))]
    clock, ids = SystemClock(), UuidIds()
    writer = StreamWriter(RUN, f"run-{ids.new()}", BY, store=bench.store, clock=clock, ids=ids)
    writer.handle(request(call_count=5))
    for event in _grown(small, event_count)[1:]:
        writer.report(event)
    writer.append()
    return writer.state.run_id


def _grown(events: Sequence[RunEvent], event_count: int) -> list[RunEvent]:
    started = next(event for event in events if isinstance(event, ToolCallStarted))
    succeeded = next(event for event in events if isinstance(event, ToolCallSucceeded))
    kinds = [type(event) for event in events]
    after_calls = len(kinds) - kinds[::-1].index(ToolCallSucceeded)
    calls = _calls(started, succeeded)
    extra = [next(calls) for _ in range(event_count - len(events))]
    return [*events[:after_calls], *extra, *events[after_calls:]]


def _calls(started: ToolCallStarted, succeeded: ToolCallSucceeded) -> Iterator[RunEvent]:
    for number in count(1):
        yield replace(started, call_id=f"again{number}")
        yield replace(succeeded, call_id=f"again{number}")
