"""What is recorded of a run: its events with their hashes, and the proof that nothing changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import EnvelopeLine, EventLine
from domain.audit.stream_check import verify_stream
from domain.figures import whole_sum
from domain.run.events import HistoryEntry
from domain.views.calls import call_views
from domain.views.json_form import View

__all__ = ["EVENTS", "RUN_PROOF", "EnvelopeLine", "EventLine", "RunProof", "run_proof"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProof:
    """A run whose every hash was recomputed; one that is not sound is an error instead."""

    run_id: str
    version: int
    head_hash: str
    erased_results: int
    is_sound: Literal[True]


EVENTS: Final[View[list[EventLine]]] = View("events", list[EventLine])
RUN_PROOF: Final[View[RunProof]] = View("run-proof", RunProof)


def run_proof(recorded: Sequence[RecordedEvent], history: Sequence[HistoryEntry]) -> RunProof:
    """Return the proof of a whole run, which was not empty. Raises `ChangedRecord`."""
    return RunProof(
        run_id=recorded[0].envelope.stream_id,
        version=len(recorded),
        head_hash=verify_stream(recorded).hex(),
        erased_results=whole_sum(call.erased is not None for call in call_views(history)),
        is_sound=True,
    )
