"""A run's events sorted by what they are about: what stands for each other in two runs."""

from collections.abc import Iterable
from typing import Final

from domain.replay.compare.counted_events import CALL_EVENTS, ENDS, NumberedEvent
from domain.run.asset_events import AssetApplied
from domain.run.events import (
    RunCancelled,
    RunEvent,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.lifecycle import Stage

Lane = tuple[str, str]
"""A kind and a name: a call by its id, the start or the end of a stage, a type of event."""

Lanes = dict[Lane, list[NumberedEvent]]
"""The events of each lane in order: those of a call are several, all others one as a rule."""

CALL: Final = "call"
ASSET: Final = "asset"
OUTCOME: Final[Lane] = ("outcome", "")
COMPOSING: Final[Lane] = ("begin", Stage.COMPOSE)
COMPOSED: Final[Lane] = ("end", Stage.COMPOSE)
ANSWER: Final[Lane] = ("event", "response-composed")
_STAGE_STEP: Final = 10
_OF_THE_EVENTS: Final = {
    "run-requested": 0,
    "plan-produced": 11,
    "route-chosen": 12,
    "plan-validated": 22,
    "tools-ranked": 31,
    "response-composed": 59,
}
_OF_ASSETS: Final = 21
_OF_CALLS: Final = 32
_OF_THE_END: Final = 99


def lane_of(event: RunEvent) -> Lane:
    """Return the lane of an event."""
    match event:
        case StageStarted():
            return "begin", event.stage.value
        case StageCompleted() | StageSkipped() | StageFailed():
            return "end", event.stage.value
        case AssetApplied():
            return ASSET, event.key
        case _ if isinstance(event, CALL_EVENTS):
            return CALL, event.call_id
        case _ if isinstance(event, ENDS):
            return OUTCOME
        case _:
            return "event", event.stored_as


def lanes_of(events: Iterable[NumberedEvent], *, with_cancelling: bool) -> Lanes:
    """Return the lanes, without what was done to the run from outside.

    That it was cancelled is one of these things, unless asked for.
    """
    lanes: Lanes = {}
    for each in events:
        is_wanted = with_cancelling and isinstance(each.event, RunCancelled)
        if is_wanted or not each.event.comes_by.is_outside:
            lanes.setdefault(lane_of(each.event), []).append(each)
    return lanes


def rank_of(lane: Lane) -> int:
    """Return how late in a run a lane is: what is later may follow from what is earlier.

    All calls have one rank: they wait for each other only where they say so.
    """
    kind, name = lane
    match kind:
        case "begin" | "end":
            place = [stage.value for stage in Stage].index(name) + 1
            return place * _STAGE_STEP + (0 if kind == "begin" else _STAGE_STEP - 2)
        case "call":
            return _OF_CALLS
        case "asset":
            return _OF_ASSETS
        case "event":
            return _OF_THE_EVENTS.get(name, _OF_THE_END)
        case _:
            return _OF_THE_END
