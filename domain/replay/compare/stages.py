"""The stages of two runs side by side: how each ended and how long it took."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.replay.compare.deltas import Delta, delta
from domain.run.events import HistoryEntry
from domain.run.lifecycle import Stage
from domain.views.stages import StageView, stage_views


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedStage:
    """The last attempt of a stage in both runs; a status is None where it was not reached."""

    name: str
    a_status: str | None
    b_status: str | None
    a_attempt: int | None
    b_attempt: int | None
    duration: Delta


def compared_stages(a: Iterable[HistoryEntry], b: Iterable[HistoryEntry]) -> list[ComparedStage]:
    """Return the stages that one of the runs has come to, in their order."""
    in_a, in_b = _last_attempts(a), _last_attempts(b)
    return [
        _compared(stage.value, in_a.get(stage.value), in_b.get(stage.value))
        for stage in Stage
        if stage.value in in_a or stage.value in in_b
    ]


def _last_attempts(entries: Iterable[HistoryEntry]) -> dict[str, StageView]:
    return {view.name: view for view in stage_views(entries)}


def _compared(name: str, a: StageView | None, b: StageView | None) -> ComparedStage:
    return ComparedStage(
        name=name,
        a_status=a.status if a else None,
        b_status=b.status if b else None,
        a_attempt=a.attempt if a else None,
        b_attempt=b.attempt if b else None,
        duration=delta(a.duration_ms if a else None, b.duration_ms if b else None),
    )
