"""The stages of a run as readers see them: per attempt one entry with input, output, status."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec import to_builtins

from domain.json import JsonMap
from domain.run.clockwork import RunTime, run_time
from domain.run.events import (
    HistoryEntry,
    PlanProduced,
    PlanValidated,
    StageCompleted,
    StageFailed,
    StageSkipped,
    StageStarted,
)
from domain.run.run_event import OnTimeline


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """One attempt of one stage.

    `status` is running, ok, warning, error, skipped or interrupted. `input` holds the plan as it
    was when the stage began and what the stage before put out. `duration_ms` is the time of the
    run from its start to its end.
    """

    name: str
    attempt: int = 1
    status: str = "running"
    started_at: str
    ended_at: str | None = None
    duration_ms: float | None = None
    started_version: int
    ended_version: int | None = None
    input: JsonMap = field(default_factory=dict)
    output: JsonMap = field(default_factory=dict)
    diagnostics: JsonMap = field(default_factory=dict)
    reference_count: int = 0
    reason: str | None = None


@dataclass(slots=True)
class _Fold:
    time: RunTime
    stages: dict[tuple[str, int], StageView] = field(default_factory=dict)
    plan: JsonMap = field(default_factory=dict)
    last_output: JsonMap = field(default_factory=dict)


def stage_views(entries: Sequence[HistoryEntry], time: RunTime | None = None) -> list[StageView]:
    """Return the stages in the order in which they were first heard of.

    `time` is how the time of the history was divided, where it is at hand.
    """
    fold = _Fold(time or run_time(entries))
    for entry in entries:
        _take(fold, entry)
    return list(fold.stages.values())


def _take(fold: _Fold, entry: HistoryEntry) -> None:
    event = entry.event
    match event:
        case PlanProduced():
            fold.plan = event.plan_output
        case PlanValidated():
            fold.plan = {**fold.plan, "plan": event.plan}
        case StageStarted():
            fold.stages[event.stage, event.attempt] = _started(fold, event, entry)
        case StageSkipped():
            fold.stages[event.stage, 1] = _skipped(event, entry)
        case StageCompleted() | StageFailed():
            _end(fold, event, entry)
        case _ if event.on_timeline is OnTimeline.INTERRUPTS:
            _interrupt(fold, entry)
        case _:
            pass


def _started(fold: _Fold, event: StageStarted, entry: HistoryEntry) -> StageView:
    assets: JsonMap = dict(event.applied_assets)
    return StageView(
        name=event.stage.value,
        attempt=event.attempt,
        started_at=entry.envelope.recorded_at,
        started_version=entry.envelope.version,
        input={
            "applied_assets": assets,
            "plan_output": fold.plan,
            "prev_output": fold.last_output,
        },
    )


def _skipped(event: StageSkipped, entry: HistoryEntry) -> StageView:
    envelope = entry.envelope
    return StageView(
        name=event.stage.value,
        status="skipped",
        started_at=envelope.recorded_at,
        ended_at=envelope.recorded_at,
        duration_ms=0,
        started_version=envelope.version,
        ended_version=envelope.version,
        reason=event.reason,
    )


def _end(fold: _Fold, event: StageCompleted | StageFailed, entry: HistoryEntry) -> None:
    key = (event.stage, event.attempt)
    stage = fold.stages.get(key)
    if stage is None:
        return
    if isinstance(event, StageFailed):
        closed = _closed(fold, stage, entry, "error")
        output: JsonMap = {"error": event.error.message, "error_code": event.error.code}
        fold.stages[key] = dataclasses.replace(closed, output=output)
        return
    closed = _closed(fold, stage, entry, event.diagnostics.status)
    fold.last_output = event.result
    fold.stages[key] = dataclasses.replace(
        closed,
        output=event.result,
        diagnostics=to_builtins(event.diagnostics),
        reference_count=event.reference_count,
    )


def _interrupt(fold: _Fold, entry: HistoryEntry) -> None:
    for key, stage in fold.stages.items():
        if stage.status == "running":
            fold.stages[key] = _closed(fold, stage, entry, "interrupted")


def _closed(fold: _Fold, stage: StageView, entry: HistoryEntry, status: str) -> StageView:
    version = entry.envelope.version
    return dataclasses.replace(
        stage,
        status=status,
        ended_at=entry.envelope.recorded_at,
        duration_ms=fold.time.between_ms(stage.started_version, version),
        ended_version=version,
    )
