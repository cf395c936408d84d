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
from domain.run.events import RunEvent

_CALL_EVENTS: Final = (ToolCallStarted, ToolCallSucceeded, ToolCallFailed, ToolCallSkipped)


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
        if not event.comes_by.is_outside:
            lane = event.call_id if isinstance(event, _CALL_EVENTS) else None
            lanes.setdefault(lane, []).append(NumberedEvent(version, event))
    return lanes
