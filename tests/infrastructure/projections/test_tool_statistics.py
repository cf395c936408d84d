"""Tool statistics count the ended calls of each tenant by hour, tool and duration."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from domain.tools.statistics import BUCKET_BOUNDS_MS, MeasuredCalls, ToolHour, bucket_of
from infrastructure.projections import sql_tool_statistics as measuring
from infrastructure.projections.projections import Projections
from infrastructure.projections.sql_tool_statistics import SqlToolStatistics
from tests.contracts.event_samples import TENANT
from tests.fakes import NOON
from tests.infrastructure.projections.intruder import replace_log_hashes
from tests.infrastructure.projections.logs import Log, called, end, start

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "TOLERATED_LAG", 0)


@pytest.fixture
def statistics(engine: sa.Engine, projections: Projections) -> SqlToolStatistics:
    return SqlToolStatistics(engine, projections)


def test_no_tool_is_measured_before_the_first_call(statistics: SqlToolStatistics) -> None:
    assert statistics.measured(TENANT, since=NOON) == {}


def test_a_tool_is_measured_by_its_calls(log: Log, statistics: SqlToolStatistics) -> None:
    log.add(*called("a", ms=10), *called("b", ms=30), *called("c", ms=2, is_success=False))
    log.add(*called("d", "metric", ms=1.5))
    assert statistics.measured(TENANT, since=NOON) == {
        "ci": MeasuredCalls(average_ms=14, success_rate=0.666666666667),
        "metric": MeasuredCalls(average_ms=1.5, success_rate=1),
    }


def test_an_hour_has_the_histogram_of_its_calls(log: Log, statistics: SqlToolStatistics) -> None:
    log.add(*called("a", ms=1), *called("b", ms=1.1), *called("c", ms=90_000, is_success=False))
    histogram = [1, 1, *[0] * (len(BUCKET_BOUNDS_MS) - 2), 1]
    assert statistics.hours(TENANT, since=NOON) == [
        ToolHour(
            hour="2026-03-01T12",
            tool="ci",
            operation="search",
            call_count=3,
            error_count=1,
            total_ms=90_002.1,
            histogram=tuple(histogram),
        )
    ]


def test_calls_count_in_the_hour_in_which_they_end(
    log: Log, statistics: SqlToolStatistics
) -> None:
    log.add(start(), at=NOON)
    log.add(end(), at=NOON + HOUR)
    assert [hour.hour for hour in statistics.hours(TENANT, since=NOON)] == ["2026-03-01T13"]


def test_calls_before_the_hour_asked_for_are_left_out(
    log: Log, statistics: SqlToolStatistics
) -> None:
    log.add(*called("a", "old"), at=NOON - HOUR)
    log.add(*called("b", "new"), at=NOON)
    assert list(statistics.measured(TENANT, since=NOON + HOUR / 2)) == ["new"]


def test_calls_of_other_tenants_are_not_counted(log: Log, statistics: SqlToolStatistics) -> None:
    log.add(*called("a", "theirs"), tenant="globex")
    log.add(*called("a", "ours"))
    assert list(statistics.measured(TENANT, since=NOON)) == ["ours"]


def test_a_call_that_has_not_ended_is_not_counted(log: Log, statistics: SqlToolStatistics) -> None:
    log.add(start())
    assert statistics.measured(TENANT, since=NOON) == {}


def test_a_call_may_end_long_after_its_start_was_read(
    log: Log, statistics: SqlToolStatistics
) -> None:
    log.add(start("a", "slow"))
    statistics.measured(TENANT, since=NOON)
    log.add(end("a"))
    assert list(statistics.measured(TENANT, since=NOON)) == ["slow"]


def test_calls_are_counted_once_however_often_they_are_asked_for(
    log: Log, statistics: SqlToolStatistics
) -> None:
    log.add(*called())
    first = statistics.hours(TENANT, since=NOON)
    assert statistics.hours(TENANT, since=NOON) == first


def test_a_small_lag_is_left_for_later(
    log: Log, statistics: SqlToolStatistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "TOLERATED_LAG", 2)
    log.add(*called())
    assert statistics.measured(TENANT, since=NOON) == {}
    log.add(*called("b"))
    assert statistics.hours(TENANT, since=NOON)[0].call_count == 2


def test_statistics_of_another_log_still_rank(
    log: Log, engine: sa.Engine, statistics: SqlToolStatistics
) -> None:
    log.add(*called())
    before = statistics.measured(TENANT, since=NOON)
    replace_log_hashes(engine)
    assert statistics.measured(TENANT, since=NOON) == before


@pytest.mark.parametrize(("ms", "bucket"), [(0, 0), (1, 0), (1.01, 1), (30_000, 13), (1e9, 14)])
def test_a_duration_is_in_the_first_bucket_that_is_long_enough(ms: float, bucket: int) -> None:
    assert bucket_of(ms) == bucket


@pytest.mark.parametrize("ms", [-1, float("nan"), float("inf")])
def test_what_is_no_duration_has_no_bucket(ms: float) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        bucket_of(ms)


@pytest.mark.parametrize("answered_by", ["record", "patch", "blocked"])
def test_a_call_that_no_tool_answered_is_not_measured(
    log: Log, statistics: SqlToolStatistics, answered_by: str
) -> None:
    log.add(start(), replace(end(), answered_by=answered_by))
    assert statistics.measured(TENANT, since=NOON) == {}


class Watch:
    """A clock of seconds that somebody sets."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def watched(engine: sa.Engine, projections: Projections, watch: Watch) -> SqlToolStatistics:
    return SqlToolStatistics(engine, projections, monotonic=watch)


def test_nothing_is_at_hand_before_it_is_measured(watched: SqlToolStatistics) -> None:
    assert watched.at_hand(TENANT, since=NOON) is None


def test_what_was_measured_is_at_hand(log: Log, watched: SqlToolStatistics, watch: Watch) -> None:
    log.add(*called("a", ms=10))
    found = watched.measured(TENANT, since=NOON)
    watch.seconds = 0.9
    assert watched.at_hand(TENANT, since=NOON + HOUR / 2) == found


def test_nothing_is_at_hand_for_longer_than_a_second(
    watched: SqlToolStatistics, watch: Watch
) -> None:
    watched.measured(TENANT, since=NOON)
    watch.seconds = 1.0
    assert watched.at_hand(TENANT, since=NOON) is None


def test_what_is_at_hand_is_of_the_tenant_and_the_hour(watched: SqlToolStatistics) -> None:
    watched.measured(TENANT, since=NOON)
    others = (watched.at_hand("other", since=NOON), watched.at_hand(TENANT, since=NOON + HOUR))
    assert others == (None, None)
