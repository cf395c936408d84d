"""Every run list counts and measures groups of runs alike."""

import dataclasses

import pytest

from domain.ports import EventStore, RunViews
from domain.run.groups import GroupBy, Grouping, Measure, RunGroup, Span
from domain.run_filter.filter import EVERY_RUN, equal
from tests.contracts.event_samples import TENANT, about, summary

COMPLETED = ("completed", "success")
TIMEOUT = "TOOL_TIMEOUT"
OF_DURATION = Grouping((GroupBy.STATUS,), None, Measure.DURATION)


def keep(
    store: EventStore, run: str, at: str, duration: int | None, *, is_failed: bool = False
) -> None:
    """Keep a run that was asked at this minute of 2026-03-01."""
    state, status, error = ("failed", None, TIMEOUT) if is_failed else (*COMPLETED, None)
    line = summary(run, requested_at=f"2026-03-01T{at}:00.000000Z", state=state)
    ended = dataclasses.replace(line, duration_ms=duration, status=status, error_code=error)
    store.append(about(ended))


@pytest.fixture
def filled(store: EventStore, views: RunViews) -> RunViews:
    for number in range(1, 101):
        keep(store, f"run-{number:03}", "12:00", number)
    keep(store, "run-201", "13:05", 7, is_failed=True)
    keep(store, "run-202", "13:06", None, is_failed=True)
    return views


def test_a_percentile_is_a_value_that_was_measured(filled: RunViews) -> None:
    succeeded, failed = filled.groups(TENANT, EVERY_RUN, OF_DURATION, limit=9)
    assert succeeded == RunGroup(None, {"status": "success"}, 100, 100, 50, 90, 99, 100)
    assert failed == RunGroup(None, {"status": "failed"}, 2, 1, 7, 7, 7, 7)


def test_runs_are_grouped_by_the_span_in_which_they_were_asked(filled: RunViews) -> None:
    per_hour = Grouping((), Span.HOUR, Measure.CALLS)
    found = {
        each.since: each.count for each in filled.groups(TENANT, EVERY_RUN, per_hour, limit=9)
    }
    assert found == {"2026-03-01T12:00:00.000000Z": 100, "2026-03-01T13:00:00.000000Z": 2}


def test_of_many_groups_the_largest_are_told(filled: RunViews) -> None:
    per_minute = Grouping((GroupBy.ERROR,), Span.MINUTE, Measure.DURATION)
    found = filled.groups(TENANT, EVERY_RUN, per_minute, limit=2)
    assert [(each.by["error"], each.count) for each in found] == [(None, 100), (TIMEOUT, 1)]
    assert found[1].since == "2026-03-01T13:06:00.000000Z"


def test_only_runs_that_the_filter_fits_count(filled: RunViews) -> None:
    (found,) = filled.groups(TENANT, equal("state", "failed"), OF_DURATION, limit=9)
    assert found.count == 2


def test_where_no_run_fits_there_is_no_group(filled: RunViews) -> None:
    everything = Grouping((), None, Measure.DURATION)
    assert filled.groups("other", EVERY_RUN, everything, limit=9) == []
