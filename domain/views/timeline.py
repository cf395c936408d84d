"""The timeline of a run: stages as lanes, tool calls inside them, on one axis of milliseconds."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.run.events import HistoryEntry
from domain.run.lifecycle import Stage
from domain.run.run_event import OnTimeline
from domain.run.summary import RunSummary
from domain.times import milliseconds_since
from domain.views.calls import CallView
from domain.views.history import History
from domain.views.json_form import View
from domain.views.sentences import sentence_of
from domain.views.stages import StageView

_SOURCES: Final = {"record": "answered from the record", "patch": "answered by a patch"}
_OF_BEFORE: Final = "with its recorded result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One span on the axis, in milliseconds since the first event.

    `kind` is stage or call. `end_ms` of what still runs is the end of the axis. `note` says why
    something failed or was skipped, or that its result was erased, `versions` which events it came
    from (the second is None while it runs).
    """

    kind: str
    name: str
    title: str
    status: str
    attempt: int
    start_ms: float
    end_ms: float
    note: str | None
    versions: tuple[int, int | None]
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lane:
    """One stage attempt and the calls that were made in it."""

    bar: Bar
    calls: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point in time beside the bars: what people or workers did to the run from outside."""

    version: int
    type: str
    at_ms: float
    sentence: str
    by: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lanes in order, how long the axis is, and what was said and done beside the run."""

    summary: RunSummary
    total_ms: float
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...] = ()


TIMELINE: Final[View[Timeline]] = View("timeline", Timeline)


def run_timeline(entries: Sequence[HistoryEntry]) -> Timeline:
    """Return the timeline of a history that is not empty."""
    return timeline_of(History(entries))


def timeline_of(history: History) -> Timeline:
    """Return the timeline of a history of which other views are made, too."""
    entries, summary, calls = history.entries, history.summary, history.calls
    axis = _Axis(entries)
    lanes, begun = [], 0
    for stage in history.stages:
        bars = (*_reused_in(stage, calls, axis, since=begun), *_calls_in(stage, calls, axis))
        lanes.append(Lane(axis.stage(stage), bars))
        begun = stage.started_version
    marks = (axis.mark(each) for each in entries if each.event.on_timeline is OnTimeline.MARK)
    return Timeline(summary, axis.total_ms, tuple(lanes), tuple(marks))


class _Axis:
    """Places recorded instants on the axis."""

    def __init__(self, entries: Sequence[HistoryEntry]) -> None:
        self._start = datetime.fromisoformat(entries[0].envelope.recorded_at)
        self.total_ms = self.at(entries[-1].envelope.recorded_at)

    def at(self, recorded_at: str | None) -> float:
        if recorded_at is None:
            return self.total_ms
        return milliseconds_since(self._start, recorded_at)

    def mark(self, entry: HistoryEntry) -> Mark:
        envelope = entry.envelope
        return Mark(
            version=envelope.version,
            type=envelope.type,
            at_ms=self.at(envelope.recorded_at),
            sentence=sentence_of(entry.event),
            by=f"{envelope.actor.kind} {envelope.actor.id}",
        )

    def stage(self, stage: StageView) -> Bar:
        return Bar(
            kind="stage",
            name=stage.name,
            title=stage.name,
            status=stage.status,
            attempt=stage.attempt,
            start_ms=self.at(stage.started_at),
            end_ms=self.at(stage.ended_at),
            note=stage.reason or _text(stage.output.get("error")),
            versions=(stage.started_version, stage.ended_version),
        )

    def call(self, call: CallView) -> Bar:
        return Bar(
            kind="call",
            name=call.call_id,
            title=f"{call.tool}.{call.operation}",
            status=call.status,
            attempt=call.attempt,
            start_ms=self.at(call.started_at),
            end_ms=self.at(call.ended_at),
            note=call.error or call.reason or call.erased or _SOURCES.get(call.answered_by or ""),
            versions=(call.started_version, call.ended_version),
            depends_on=tuple(call.depends_on),
        )


def _reused_in(
    stage: StageView, calls: Sequence[CallView], axis: _Axis, *, since: int
) -> tuple[Bar, ...]:
    """Return the calls whose results the stage began with, as instants at its beginning."""
    if stage.name != Stage.EXECUTE.value:
        return ()
    begun = axis.at(stage.started_at)
    versions = range(since, stage.started_version)
    reused = (call for call in calls if any(version in versions for version in call.reused_at))
    return tuple(
        dataclasses.replace(
            axis.call(call), status="reused", start_ms=begun, end_ms=begun, note=_OF_BEFORE
        )
        for call in reused
    )


def _calls_in(stage: StageView, calls: Sequence[CallView], axis: _Axis) -> tuple[Bar, ...]:
    if stage.name != Stage.EXECUTE.value:
        return ()
    last = stage.ended_version
    inside = (
        call
        for call in calls
        if stage.started_version < call.started_version
        and (last is None or call.started_version < last)
    )
    return tuple(axis.call(call) for call in inside)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
