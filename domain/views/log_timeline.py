"""The log over time: all runs of a span in lanes, with what else happened meanwhile."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from domain.aggregate.envelope import RecordedEvent
from domain.aggregates import aggregate_of
from domain.assets.names import AssetKind, stream_of
from domain.run.summary import RunSummary
from domain.views.json_form import View
from domain.views.sentences import sentence_of

LandmarkKind = Literal["import", "removal", "publication", "recovery", "restart"]

_KINDS: Final[dict[str, LandmarkKind]] = {
    "estate-imported": "import",
    "estate-removed": "removal",
    "run-recovered": "recovery",
    "operator-acted": "restart",
}
_OF_ESTATES: Final = ("estate-imported", "estate-removed")
_SAVED: Final = stream_of(f"{AssetKind.SAVED}:")
_BEGINS: Final = "a server begins to answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInLane:
    """A run from when it was asked until it ended, None while it goes on.

    No two runs in one lane overlap; lanes count from 0.
    """

    lane: int
    run_id: str
    started_at: str
    ended_at: str | None
    state: str
    status: str | None
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """What happened beside the runs, or to one of them; `stream_id` is what it happened to."""

    kind: LandmarkKind
    at: str
    position: int
    stream_id: str
    by: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogTimeline:
    """A span of time (UTC), the runs in it by their start, and its landmarks."""

    since: str
    until: str
    lane_count: int
    runs: list[RunInLane]
    landmarks: list[Landmark]


LOG_TIMELINE: Final[View[LogTimeline]] = View("log-timeline", LogTimeline)


def in_lanes(runs: Iterable[RunSummary]) -> Iterator[RunInLane]:
    """Yield the runs by their start, each in the first lane that is free by then."""
    free, busy, count = list[int](), list[tuple[str, int]](), 0
    for run in sorted(runs, key=lambda each: (each.requested_at, each.run_id)):
        while busy and busy[0][0] <= run.requested_at:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lane = heapq.heappop(free) if free else count
        count = max(count, lane + 1)
        if run.ended_at is not None:
            heapq.heappush(busy, (run.ended_at, lane))
        yield RunInLane(
            lane=lane,
            run_id=run.run_id,
            started_at=run.requested_at,
            ended_at=run.ended_at,
            state=run.state,
            status=run.status,
            question=run.question,
        )


def landmarks_of(events: Sequence[RecordedEvent]) -> list[Landmark]:
    """Return what the events say of the span. Raises `CorruptLog` when one cannot be read.

    An import puts who asked for it on a stream of its own, just before: no server begins then.
    """
    before_imports = {each.position - 1 for each in events if each.envelope.type in _OF_ESTATES}
    return [
        _landmark(each)
        for each in events
        if not each.envelope.stream_id.startswith(_SAVED)
        and not (each.position in before_imports and _KINDS.get(each.envelope.type) == "restart")
    ]


def _landmark(recorded: RecordedEvent) -> Landmark:
    envelope = recorded.envelope
    kind = _KINDS.get(envelope.type, "publication")
    event = aggregate_of(envelope.stream_id).read(recorded).event
    return Landmark(
        kind=kind,
        at=envelope.recorded_at,
        position=recorded.position,
        stream_id=envelope.stream_id,
        by=f"{envelope.actor.kind} {envelope.actor.id}",
        what=_BEGINS if kind == "restart" else sentence_of(event),
    )
