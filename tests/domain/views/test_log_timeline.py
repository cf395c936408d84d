"""Runs share a lane only where they do not overlap."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.run.summary import RunSummary
from domain.views.log_timeline import RunInLane, in_lanes
from tests.contracts.event_samples import summary

Span = tuple[int, int | None]
_SPANS = st.tuples(st.integers(0, 20), st.none() | st.integers(0, 10))


def at(minute: int) -> str:
    return f"2026-03-01T12:{minute:02}:00.000000Z"


def runs(*spans: Span) -> list[RunSummary]:
    return [
        replace(
            summary(f"run-{number:03}", requested_at=at(start)),
            ended_at=None if took is None else at(start + took),
        )
        for number, (start, took) in enumerate(spans)
    ]


def lanes(*spans: Span) -> list[tuple[str, int]]:
    return [(each.run.run_id[-1], each.lane) for each in in_lanes(runs(*spans))]


def test_a_run_takes_the_first_lane_that_is_free() -> None:
    assert lanes((0, 9), (1, 2), (2, 1), (4, 1)) == [("0", 0), ("1", 1), ("2", 2), ("3", 1)]


def test_a_run_that_goes_on_keeps_its_lane() -> None:
    assert lanes((0, None), (1, 1), (5, 1)) == [("0", 0), ("1", 1), ("2", 1)]


def overlap(one: RunInLane, other: RunInLane) -> bool:
    ends = [each.run.ended_at or "9" for each in (one, other)]
    return one.run.requested_at < ends[1] and other.run.requested_at < ends[0]


@given(st.lists(_SPANS, max_size=12))
def test_no_two_runs_in_a_lane_overlap(spans: list[Span]) -> None:
    found = [*in_lanes(runs(*spans))]
    clashes = [
        (one.run.run_id, other.run.run_id)
        for at, one in enumerate(found)
        for other in found[:at]
        if one.lane == other.lane and overlap(one, other)
    ]
    assert clashes == []
