"""A run's events sorted into lanes: what happened one after the other, and what side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import (
    GoldenPinned,
    GoldenUnpinned,
    RunAnnotated,
    RunCancelled,
    RunEvent,
)
from domain.run.resumption_events import RunRecovered, RunResumed

_CALL_EVENTS: Final = (ToolCallStarted, ToolCallSucceeded, ToolCallFailed, ToolCallSkipped)
_FROM_OUTSIDE: Final = (
    RunAnnotated,
    GoldenPinned,
    GoldenUnpinned,
    RunResumed,
    RunRecovered,
    RunCancelled,
)
"""What people and workers do to a run from outside: no engine comes to it by itself."""


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event and its version in the stream."""

    version: int
    event: RunEvent


Lanes = dict[str | None, list[NumberedEvent]]
"""The events by call id, each in order; None has the events that belong to no call."""


def lanes_of(events: Sequence[RunEvent]) -> Lanes:
    """Return the lanes of a whole stream, without what was done to the run from outside."""
    lanes: Lanes = {None: []}
    for version, event in enumerate(events, start=1):
        if not isinstance(event, _FROM_OUTSIDE):
            lanes.setdefault(_lane(event), []).append(NumberedEvent(version, event))
    return lanes


def _lane(event: RunEvent) -> str | None:
    return event.call_id if isinstance(event, _CALL_EVENTS) else None
