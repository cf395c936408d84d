"""The state of a run at a version, as readers see it: where it is and what it may do next."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from typing_extensions import TypedDict

from domain.run.events import HistoryEntry
from domain.run.fold import fold
from domain.run.lifecycle import is_final, possible_triggers
from domain.run.state import Progress, Run, Tries
from domain.views.json_form import View

_Name = TypeVar("_Name", bound=str)


class TriesView(TypedDict):
    """How a stage or a call stands, and in which attempt."""

    status: Progress
    attempt: int


class RunStateView(TypedDict):
    """Where a run is. `allowed` are the triggers that are legal; `calls` has call ids."""

    run_id: str
    version: int
    state: str
    is_final: bool
    allowed: list[str]
    has_plan: bool
    has_response: bool
    golden: str | None
    stages: dict[str, TriesView]
    calls: dict[str, TriesView]


STATE: Final[View[RunStateView]] = View("state", RunStateView)


def run_state(entries: Sequence[HistoryEntry]) -> RunStateView:
    """Return the folded state of a history that is not empty, with the triggers legal in it."""
    return state_of(fold(entries[0].envelope.stream_id, (entry.event for entry in entries)))


def state_of(run: Run) -> RunStateView:
    """Return the state of a run that is folded already; a run without events is new."""
    return {
        "run_id": run.run_id,
        "version": run.version,
        "state": run.state.value,
        "is_final": is_final(run.state, run.completed_as),
        "allowed": [each.value for each in possible_triggers(run.state, run.completed_as)],
        "has_plan": run.has_plan,
        "has_response": run.has_response,
        "golden": run.golden,
        "stages": _views(run.stages),
        "calls": _views(run.calls),
    }


def _views(tried: Mapping[_Name, Tries]) -> dict[str, TriesView]:
    return {
        str(name): {"status": tries.status, "attempt": tries.attempt}
        for name, tries in tried.items()
    }
