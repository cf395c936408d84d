"""Idle time is when nothing is known to have run."""

import dataclasses

import pytest

from adapters.exporters.html_page import idle_gaps
from domain.views.timeline import Bar, Lane, Timeline, run_timeline
from tests.domain.views.histories import PARTIAL, history

WHOLE = run_timeline(history(PARTIAL))


def bar(kind: str, start: float, end: float, status: str = "ok") -> Bar:
    return Bar(
        kind=kind,
        name=kind,
        title=kind,
        status=status,
        attempt=1,
        start_ms=start,
        end_ms=end,
        note=None,
        versions=(1, 2),
    )


def gaps(*lanes: Lane, total: float = 10_000) -> list[tuple[float, float]]:
    return list(idle_gaps(Timeline(WHOLE.summary, total, lanes)))


def stage(start: float, end: float, status: str = "ok") -> Lane:
    return Lane(bar("stage", start, end, status), ())


def test_a_quick_run_has_no_idle_time() -> None:
    assert list(idle_gaps(WHOLE)) == []


def test_time_between_two_stages_is_idle() -> None:
    assert gaps(stage(0, 2000), stage(7000, 10_000)) == [(2000, 7000)]


def test_time_before_the_first_and_after_the_last_stage_is_idle() -> None:
    assert gaps(stage(3000, 4000)) == [(0, 3000), (4000, 10_000)]


def test_a_short_pause_is_not_marked() -> None:
    assert gaps(stage(0, 2000), stage(2999, 10_000)) == []


def test_a_stage_that_called_is_busy_while_a_call_runs() -> None:
    calls = (bar("call", 0, 4000, "failed"), bar("call", 9000, 10_000, "succeeded"))
    assert gaps(Lane(bar("stage", 0, 10_000), calls)) == [(4000, 9000)]


def test_a_stage_without_calls_is_busy_to_its_end() -> None:
    assert gaps(stage(0, 10_000)) == []


@pytest.mark.parametrize("status", ["interrupted", "running"])
def test_what_did_not_end_is_not_known_to_have_been_busy(status: str) -> None:
    assert gaps(stage(0, 10_000, status)) == [(0, 10_000)]


def test_bars_that_overlap_leave_no_gap() -> None:
    calls = (bar("call", 0, 9500, "succeeded"), bar("call", 100, 200, "succeeded"))
    assert gaps(Lane(bar("stage", 0, 10_000), calls)) == []


def test_a_run_of_no_length_has_no_gap() -> None:
    assert list(idle_gaps(dataclasses.replace(WHOLE, total_ms=0, lanes=()))) == []
