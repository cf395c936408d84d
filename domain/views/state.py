"""The state of a run at a version, as readers see it: where it is and what it may do next."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.run.codec import HistoryEntry
from domain.run.facts import JsonMap
from domain.run.lifecycle import FINAL_STATES, allowed_triggers
from domain.run.run import fold
from domain.run.state import Run

if TYPE_CHECKING:
    from pydantic import JsonValue


def run_state(entries: Sequence[HistoryEntry]) -> JsonMap:
    """Return the folded state of a history that is not empty, with the triggers legal in it."""
    return state_of(fold(entries[0].envelope.stream_id, (entry.event for entry in entries)))


def state_of(run: Run) -> JsonMap:
    """Return the state of a run that is folded already; a run without events is new."""
    allowed: list[JsonValue] = [trigger.value for trigger in allowed_triggers(run.state)]
    return {
        "run_id": run.run_id,
        "version": run.version,
        "state": run.state.value,
        "is_final": run.state in FINAL_STATES,
        "allowed": allowed,
        "has_plan": run.has_plan,
        "has_response": run.has_response,
        "golden": run.golden,
        "stages": {
            stage.value: {"status": tries.status, "attempt": tries.attempt}
            for stage, tries in run.stages.items()
        },
        "calls": {
            call_id: {"status": tries.status, "attempt": tries.attempt}
            for call_id, tries in run.calls.items()
        },
    }
