"""The log over time: all runs of a span in lanes, with what else happened meanwhile."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from domain.run.summary import RunSummary
from domain.views.json_form import View

LandmarkKind = Literal["import", "removal", "publication", "recovery", "restart"]


@dataclass(frozen=True, slots=True)
class RunInLane:
    """A run in a lane, in which no two overlap; lanes count from 0."""

    lane: int
    run: RunSummary


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
        yield RunInLane(lane, run)
