"""Where the time of a run is on a line on which long gaps are folded."""

import math
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.run.clockwork import RunTime, Wait, WaitCause, run_time
from domain.run.events import HistoryEntry
from domain.views.axis import Axis, Gap, gaps_between
from domain.views.timeline import run_timeline
from tests.domain.run.random_histories import HISTORIES
from tests.domain.views.histories import PARTIAL, history

Spans = list[tuple[float, float]]
HOURS = 3_600_000.0
FOLDED = Axis(8020, (Gap(15, 8015, "waited to be resumed"),))


def lasting(total_ms: float, *waits: tuple[float, float], worked_ms: float = 5000) -> RunTime:
    """Return the time of a run that took so long, with waits from when to when."""
    told = tuple(Wait(WaitCause.WORKER, start, end - start, (1, 2)) for start, end in waits)
    us = round(1000 * total_ms)
    return RunTime(worked_ms, 0, told, (), [0, us], [0, us], frozenset())


def gaps(busy: Iterable[tuple[float, float]], *waits: tuple[float, float]) -> Spans:
    found = gaps_between(busy, lasting(10_000, *waits))
    return [(gap.start_ms, gap.end_ms) for gap in found]


@pytest.mark.parametrize(
    ("busy", "idle"),
    [
        ([(0, 2000), (7000, 10_000)], [(2000, 7000)]),
        ([(3000, 4000)], [(0, 3000), (4000, 10_000)]),
        ([(0, 2000), (2999, 10_000)], []),
        ([(0, 10_000), (100, 200)], []),
        ([], [(0, 10_000)]),
    ],
    ids=["between", "around", "short", "overlapping", "all"],
)
def test_a_long_time_in_which_nothing_was_done_is_a_gap(busy: Spans, idle: Spans) -> None:
    assert gaps(busy) == idle


def test_a_long_wait_is_a_gap_and_says_what_for() -> None:
    (gap,) = gaps_between([(0, 10_000)], lasting(10_000, (2000, 7000)))
    assert gap == Gap(2000, 7000, "waited for a worker")


def test_idle_time_around_a_wait_is_another_gap() -> None:
    assert gaps([(0, 500), (9500, 10_000)], (2000, 7000)) == [
        (500, 2000),
        (2000, 7000),
        (7000, 9500),
    ]


@pytest.mark.parametrize(("worked_ms", "count"), [(600, 0), (400, 1)])
def test_a_short_wait_is_a_gap_where_it_is_longer_than_all_the_work(
    worked_ms: float, count: int
) -> None:
    time = lasting(900, (100, 600), worked_ms=worked_ms)
    assert len(list(gaps_between([(0, 900)], time))) == count


def test_a_quick_run_has_no_gap() -> None:
    assert run_timeline(history(PARTIAL)).gaps == ()


def test_a_gap_takes_little_of_the_line_and_the_rest_is_to_scale() -> None:
    before, inside, after = FOLDED.place(15), FOLDED.place(4015), FOLDED.place(8015)
    assert [before, after - before] == pytest.approx([0.94 * 15 / 20, 0.06])
    assert inside == pytest.approx((before + after) / 2)
    assert FOLDED.place(8018) - after == pytest.approx(FOLDED.place(3))


def test_instants_after_a_gap_count_from_its_end() -> None:
    assert [FOLDED.label(at) for at in (0, 3, 8015, 8018)] == ["0", "3.0 ms", "+0", "+3.0 ms"]


def test_ticks_stand_at_round_instants_between_the_gaps() -> None:
    assert [label for _, label in FOLDED.ticks(2)] == ["0", "10 ms"]
    labels = [label for _, label in FOLDED.ticks(10)]
    assert labels == ["0", *(f"{ms}.0 ms" for ms in (2, 4, 6, 8)), *LATER]


LATER = ["10 ms", "12 ms", "14 ms", "+2.0 ms", "+4.0 ms"]


def test_a_line_of_gaps_alone_is_divided_among_them() -> None:
    axis = Axis(2 * HOURS, (Gap(0, HOURS, "a"), Gap(HOURS, 2 * HOURS, "b")))
    assert [axis.place(at) for at in (0, HOURS, 2 * HOURS)] == [0, 0.5, 1]


def test_a_run_of_no_length_is_at_its_beginning() -> None:
    assert (Axis(0).place(0), list(Axis(0).ticks(6))) == (0, [(0, "0")])


@given(HISTORIES, st.floats(0, 1), st.floats(0, 1))
def test_places_are_on_the_line_and_in_the_order_of_time(
    entries: list[HistoryEntry], one: float, other: float
) -> None:
    axis = run_timeline(entries).axis()
    first, second = sorted((one * axis.total_ms, other * axis.total_ms))
    assert 0 <= axis.place(first) <= axis.place(second) <= 1


@given(HISTORIES, st.integers(1, 40))
def test_ticks_are_few_and_on_the_line(entries: list[HistoryEntry], at_most: int) -> None:
    axis = run_timeline(entries).axis()
    ticks = list(axis.ticks(at_most))
    assert len(ticks) <= 2 * at_most + len(axis.gaps) + 1
    assert all(0 <= at <= 1 and math.isfinite(at) for at, _ in ticks)


def test_a_gap_ends_at_the_instant_of_the_next_event_and_no_hair_after_it() -> None:
    wait = Wait(WaitCause.RESUMPTION, 0.1, 0.2, (1, 2))
    time = RunTime(0.1, 0.2, (wait,), (), [100, 300], [100, 100], frozenset())
    (gap,) = gaps_between([], time)
    assert gap.end_ms == time.begin_ms(2)


@given(HISTORIES)
def test_after_a_wait_it_goes_on_exactly_where_its_gap_ends(entries: list[HistoryEntry]) -> None:
    timeline, time = run_timeline(entries), run_time(entries)
    waited = [gap for gap in timeline.gaps if gap.why.startswith("waited")]
    instants = {time.begin_ms(version) for version in range(1, len(entries) + 1)}
    assert {at for gap in waited for at in (gap.start_ms, gap.end_ms)} <= instants
