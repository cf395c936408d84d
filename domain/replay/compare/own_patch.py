"""What of a divergence people asked for: it differs by a change of theirs and not by chance."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import UNSET

from domain.replay.compare.dependencies import is_of_timeout
from domain.replay.compare.divergence import Differing
from domain.replay.record.terms import terms_of
from domain.run.asset_events import AssetApplied
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, PlanProduced, RunEvent, RunResumed, StageStarted
from domain.run.facts import Patches

_PLAN: Final = "/plan_output/plan/"


def is_own_patch(found: Differing, a: Sequence[HistoryEntry], b: Sequence[HistoryEntry]) -> bool:
    """Return whether a patch or a time for calls that was asked for makes the event differ."""
    if is_of_timeout(found):
        return _is_timeout_asked(a, b)
    patches = [terms_of(each).origin.patches for each in (a, b)]
    events = [each.event for each in (found.expected, found.actual) if each is not None]
    return any(_is_patched(event, found.pointers, each) for each in patches for event in events)


def _is_timeout_asked(a: Sequence[HistoryEntry], b: Sequence[HistoryEntry]) -> bool:
    """Return whether one run comes from the other, or was resumed with another time for calls.

    A run takes over this time from its parent, unless another one is asked for.
    """
    parents = {terms_of(each).origin.parent_run_id for each in (a, b)}
    runs = {each[0].envelope.stream_id for each in (a, b)}
    resumed = (entry.event for entry in [*a, *b] if isinstance(entry.event, RunResumed))
    return not parents.isdisjoint(runs) or any(e.timeout_ms is not UNSET for e in resumed)


def _is_patched(event: RunEvent, pointers: Iterable[str], patches: Patches) -> bool:
    match event:
        case PlanProduced():
            places = {_PLAN + path.replace(".", "/") for path in patches.plan}
        case ToolCallStarted():
            places = {f"/params/{name}" for name in patches.params.get(event.call_id, {})}
        case StageStarted():
            places = {f"/applied_assets/{key}" for key in _changed_in(event, patches)}
        case AssetApplied():
            return any(key.partition(":")[2] == event.key for key in patches.assets)
        case ToolCallSucceeded() | ToolCallFailed():
            return event.answered_by == "patch" and event.call_id in patches.results
        case _:
            return False
    return any(_is_at(pointer, place) for pointer in pointers for place in places)


def _changed_in(started: StageStarted, patches: Patches) -> Iterator[str]:
    """Yield the labels of a stage that were changed, and the assets: these are of all stages."""
    for given in patches.assets:
        stage, _, key = given.partition(":")
        if stage == started.stage or ":" in key:
            yield key


def _is_at(pointer: str, place: str) -> bool:
    """Return whether one of two places is inside the other."""
    return f"{pointer}/".startswith(f"{place}/") or f"{place}/".startswith(f"{pointer}/")
