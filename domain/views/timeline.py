"""The timeline of a run: stages as lanes, tool calls inside them, on one axis of milliseconds."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.run.call_events import WAITED_FOR
from domain.run.clockwork import RunTime, Setback, Wait, WaitCause
from domain.run.events import HistoryEntry
from domain.run.lifecycle import Stage
from domain.run.run_event import OnTimeline
from domain.run.summary import RunSummary
from domain.views.axis import Axis, Gap, gaps_between
from domain.views.call_notes import CallWait
from domain.views.calls import CallView
from domain.views.history import History
from domain.views.json_form import View
from domain.views.sentences import sentence_of
from domain.views.stages import StageView

_SOURCES: Final = {"record": "answered from the record", "patch": "answered by a patch"}
_OF_BEFORE: Final = "with its recorded result"
_ENDED: Final = frozenset({"ok", "warning", "error", "succeeded", "failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One span on the axis, in milliseconds of the run's time since its first event.

    `kind` is stage or call. `end_ms` of what still runs is the end of the axis, of what was
    interrupted the last that was known of it; `duration_ms` is its length, exactly. `note` says
    why something failed or was skipped, or that its result was erased, `versions` which events it
    came from (the second is None while it runs). `waits` are the segments of a call in which it
    was held back.
    """

    kind: str
    name: str
    title: str
    status: str
    attempt: int
    start_ms: float
    end_ms: float
    duration_ms: float
    note: str | None
    versions: tuple[int, int | None]
    depends_on: tuple[str, ...] = ()
    waits: tuple[Wait, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What was added to the run after it had ended: it is on no axis. `recorded_at` is text."""

    version: int
    type: str
    recorded_at: str
    sentence: str
    by: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The lanes in order, how long the axis is, and what was said and done beside the run.

    `gaps` are the stretches of the axis in which nothing was done for long, `waits` all times that
    the run waited. `setbacks` say where the clock went back. `notes` came after an end.
    """

    summary: RunSummary
    total_ms: float
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...] = ()
    gaps: tuple[Gap, ...] = ()
    waits: tuple[Wait, ...] = ()
    setbacks: tuple[Setback, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def worked_ms(self) -> float:
        """How long the run has worked until now."""
        return self.total_ms - math.fsum(wait.duration_ms for wait in self.waits)

    def axis(self) -> Axis:
        """Return where the times are on a line."""
        return Axis(self.total_ms, self.gaps)


TIMELINE: Final[View[Timeline]] = View("timeline", Timeline)


def run_timeline(entries: Sequence[HistoryEntry]) -> Timeline:
    """Return the timeline of a history that is not empty."""
    return timeline_of(History(entries))


def timeline_of(history: History) -> Timeline:
    """Return the timeline of a history of which other views are made, too."""
    calls, time = history.calls, history.time
    placed = _Placed(time)
    lanes, begun = [], 0
    for stage in history.stages:
        bars = _bars_in(stage, calls, placed, since=begun) if stage.name == Stage.EXECUTE else ()
        lanes.append(Lane(placed.stage(stage), tuple(bars)))
        begun = stage.started_version
    busy = [span for lane in lanes for bar in (lane.bar, *lane.calls) for span in _busy(bar, lane)]
    marks, notes = list[Mark](), list[Note]()
    for entry in history.entries:
        version, at = entry.envelope.version, entry.envelope.recorded_at
        if version in time.after_end:
            notes.append(Note(**_told(entry), recorded_at=at))
        elif entry.event.on_timeline is OnTimeline.MARK:
            marks.append(Mark(**_told(entry), at_ms=time.begin_ms(version)))
    return Timeline(
        summary=history.summary,
        total_ms=time.total_ms,
        lanes=tuple(lanes),
        marks=tuple(marks),
        gaps=tuple(gaps_between(busy, time)),
        waits=time.waits,
        setbacks=time.setbacks,
        notes=tuple(notes),
    )


def _busy(bar: Bar, lane: Lane) -> list[tuple[float, float]]:
    """Return when something was known to be done.

    A stage that made calls is busy while one of them runs; what was interrupted is not known to
    have been busy.
    """
    if bar.status in _ENDED and not (bar is lane.bar and lane.calls):
        return [(bar.start_ms, bar.end_ms)]
    return [(bar.start_ms, bar.start_ms), (bar.end_ms, bar.end_ms)]


def _told(entry: HistoryEntry) -> dict[str, Any]:
    """Return what marks and notes say of an event."""
    envelope = entry.envelope
    return {
        "version": envelope.version,
        "type": envelope.type,
        "sentence": sentence_of(entry.event),
        "by": f"{envelope.actor.kind} {envelope.actor.id}",
    }


@dataclass(frozen=True, slots=True)
class _Placed:
    """Makes bars of what happened, at its time."""

    time: RunTime

    def stage(self, stage: StageView) -> Bar:
        return Bar(
            kind="stage",
            name=stage.name,
            title=stage.name,
            status=stage.status,
            attempt=stage.attempt,
            start_ms=self.time.begin_ms(stage.started_version),
            end_ms=self._end_ms(stage),
            duration_ms=self._duration_ms(stage),
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
            start_ms=self.time.begin_ms(call.started_version),
            end_ms=self._end_ms(call),
            duration_ms=self._duration_ms(call),
            note=call.error
            or call.reason
            or call.erased
            or call.made_again
            or call.told_beside
            or _SOURCES.get(call.answered_by or ""),
            versions=(call.started_version, call.ended_version),
            depends_on=tuple(call.depends_on),
            waits=tuple(self._wait(wait) for wait in call.waits),
        )

    def _wait(self, wait: CallWait) -> Wait:
        end_ms = self.time.begin_ms(wait.version)
        span = (max(0.0, end_ms - wait.waited_ms), wait.waited_ms)
        return Wait(WaitCause(WAITED_FOR[wait.cause]), *span, (wait.version, wait.version))

    def _end_ms(self, of: StageView | CallView) -> float:
        return (
            self.time.begin_ms(of.started_version)
            if of.status == "skipped"
            else self.time.end_ms(of.ended_version)
        )

    def _duration_ms(self, of: StageView | CallView) -> float:
        if of.status == "skipped":
            return 0.0
        return self.time.between_ms(of.started_version, of.ended_version)


def _bars_in(
    stage: StageView, calls: Sequence[CallView], placed: _Placed, *, since: int
) -> Iterator[Bar]:
    """Yield the calls whose results the stage began with, as instants, and those made in it."""
    begun, before = stage.started_version, range(since, stage.started_version)
    at = placed.time.begin_ms(begun)
    for call in calls:
        if any(version in before for version in call.reused_at):
            bar = dataclasses.replace(placed.call(call), status="reused", note=_OF_BEFORE)
            yield dataclasses.replace(bar, start_ms=at, end_ms=at, duration_ms=0.0)
    last = stage.ended_version
    for call in calls:
        if begun < call.started_version and (last is None or call.started_version < last):
            yield placed.call(call)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
