"""What the page shows of a run: its views, and its events."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import exported
from domain.json import JsonMap
from domain.run.aggregate import RUN
from domain.views.response import run_response
from domain.views.timeline import Bar, Lane, Timeline, run_timeline
from domain.views.trace import run_trace

_ENDED: Final = frozenset({"ok", "warning", "error", "succeeded", "failed"})
_IDLE_MS: Final = 1000
"""Shorter pauses are shown to scale."""


@dataclass(frozen=True, slots=True)
class PageRun:
    """A run on the page; `content` is what the page's script reads."""

    run_id: str
    question: str
    content: JsonMap


def page_run(recorded: Sequence[RecordedEvent]) -> PageRun:
    """Return a run that has at least one event. Raises `CorruptLog` when one cannot be read."""
    history = [RUN.read(each) for each in recorded]
    timeline, trace, events = run_timeline(history), run_trace(history), list(exported(recorded))
    content: JsonMap = {
        "summary": dataclasses.asdict(timeline.summary),
        "response": cast("JsonMap", run_response(history)),
        "plan": trace.plan_validated or trace.plan_raw,
        "decisions": [each.model_dump(mode="json") for each in trace.policy_decisions],
        "timeline": {
            "total_ms": timeline.total_ms,
            "lanes": [dataclasses.asdict(lane) for lane in timeline.lanes],
            "gaps": [[start, end] for start, end in idle_gaps(timeline)],
        },
        "events": [*events],
        "head_hash": events[-1]["head_hash"],
    }
    return PageRun(timeline.summary.run_id, timeline.summary.question, content)


def idle_gaps(timeline: Timeline) -> Iterator[tuple[float, float]]:
    """Yield from when to when nothing happened, where that is long, in order.

    A stage that made calls is busy while one of them runs; what was interrupted is not known to
    have been busy.
    """
    spans = [(timeline.total_ms, timeline.total_ms)]
    for lane in timeline.lanes:
        spans += (span for bar in (lane.bar, *lane.calls) for span in _busy(bar, lane))
    end = 0.0
    for start, stop in sorted(spans):
        if start - end >= _IDLE_MS:
            yield end, start
        end = max(end, stop)


def _busy(bar: Bar, lane: Lane) -> list[tuple[float, float]]:
    if bar.status in _ENDED and not (bar is lane.bar and lane.calls):
        return [(bar.start_ms, bar.end_ms)]
    return [(bar.start_ms, bar.start_ms), (bar.end_ms, bar.end_ms)]
