"""What every event of a run says of itself: who makes it, and what a timeline does with it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from domain.aggregate.event import EventData
from domain.run.lifecycle import Stage, Trigger


@dataclass(frozen=True, slots=True)
class Reported:
    """The engine reports the event as it happens: in this stage only, or in any."""

    stage: Stage | None = None

    @property
    def is_outside(self) -> bool:
        """Never: the engine comes to it by itself."""
        return False


@dataclass(frozen=True, slots=True)
class Asked:
    """The event comes of a command, which alone may make it.

    `is_outside` says that people or workers do it to a run from outside: an engine that is driven
    over the record does not come to it by itself.
    """

    command: str
    is_outside: bool = True


class OnTimeline(StrEnum):
    """What a timeline does with an event; a mark is a point in time beside the bars."""

    BEGINS_STAGE = "begins a stage"
    ENDS_STAGE = "ends a stage"
    BEGINS_CALL = "begins a call"
    ENDS_CALL = "ends a call"
    INTERRUPTS = "ends what is running"
    MARK = "mark"
    NOTHING = "nothing"


class RunEventData(EventData, frozen=True, kw_only=True):
    """The root of the events of a run."""

    must_say = (*EventData.must_say, "comes_by", "on_timeline")

    trigger: ClassVar[Trigger | None] = None
    comes_by: ClassVar[Reported | Asked]
    on_timeline: ClassVar[OnTimeline]
