"""What a run has from the run that it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.replay.record.recording import RecordedCall, Recording, recording_of
from domain.run.events import HistoryEntry, PlanProduced
from domain.run.facts import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Inheritance:
    """The parent's plan, the instant it counts back from, and the calls that count."""

    planned: PlanProduced | None = None
    anchored_at: datetime | None = None
    calls: tuple[RecordedCall, ...] = ()


def inherited(origin: Origin, parent: Sequence[HistoryEntry]) -> Inheritance:
    """Return what a run of this origin has from its parent's history.

    A fork has the plan, the instant and the answers up to the version it parts at, a rerun the
    plan alone, and a new run nothing.
    """
    match origin.kind:
        case "new":
            return Inheritance()
        case "rerun":
            return Inheritance(planned=recording_of(parent).planned)
        case "fork":
            return _forked(recording_of(parent[: origin.parent_version]))


def _forked(until: Recording) -> Inheritance:
    planned = until.planned
    anchored_at = planned.anchored_at if planned else None
    return Inheritance(
        planned=planned,
        anchored_at=datetime.fromisoformat(anchored_at) if anchored_at else None,
        calls=tuple(call for call in until.calls if call.ended is not None),
    )
