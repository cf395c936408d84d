"""What of a divergence a fork was asked for: it differs by a patch and not by chance."""

from collections.abc import Iterable

from domain.replay.compare.divergence import Differing
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import PlanProduced, RunEvent, StageStarted
from domain.run.facts import Patches

_PLAN = "/plan_output/plan/"


def is_own_patch(found: Differing, patches: Iterable[Patches]) -> bool:
    """Return whether one of these patches is what makes the event differ."""
    events = [each.event for each in (found.expected, found.actual) if each is not None]
    return any(_is_patched(event, found.pointers, each) for each in patches for event in events)


def _is_patched(event: RunEvent, pointers: Iterable[str], patches: Patches) -> bool:
    match event:
        case PlanProduced():
            places = {_PLAN + path.replace(".", "/") for path in patches.plan}
        case ToolCallStarted():
            places = {f"/params/{name}" for name in patches.params.get(event.call_id, {})}
        case StageStarted():
            stage = f"{event.stage.value}:"
            kinds = (key for key in patches.assets if key.startswith(stage))
            places = {f"/applied_assets/{key.removeprefix(stage)}" for key in kinds}
        case ToolCallSucceeded() | ToolCallFailed():
            return event.answered_by == "patch" and event.call_id in patches.results
        case _:
            return False
    return any(_is_at(pointer, place) for pointer in pointers for place in places)


def _is_at(pointer: str, place: str) -> bool:
    """Return whether one of two places is inside the other."""
    return f"{pointer}/".startswith(f"{place}/") or f"{place}/".startswith(f"{pointer}/")
