from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from domain.causes.series import Reading, Unusual, rates, unusual
from domain.estate.records import MetricDefinition
from domain.times import Window

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = Window(NOON, NOON + 4 * HOUR)
PERCENT = MetricDefinition(metric_name="cpu_usage", unit="%")
SECONDS = MetricDefinition(metric_name="latency", unit="s")


def quarter(number: int) -> datetime:
    return NOON + number * timedelta(minutes=15)


def seen(
    now: Sequence[float | None], *, past: float = 50.0, metric: MetricDefinition = PERCENT
) -> list[Unusual]:
    """What is unusual of a series that has been the same for two days; None is a missing point."""
    before = [Reading(quarter(-n), past + n % 3) for n in range(192, 0, -1)]
    readings = [*before, *(Reading(quarter(n), v) for n, v in enumerate(now) if v is not None)]
    points = [each.at for each in readings if each.at >= NOON - HOUR]
    return unusual(metric, readings, WINDOW, points_at=points, newest_at=WINDOW.end)


def test_a_series_as_always_is_not_unusual() -> None:
    assert seen([50, 51, 52, 50] * 4) == []


def test_a_rise_is_told_from_when_to_when_against_what_is_usual_at_the_hour() -> None:
    (rise,) = seen([*[50] * 4, 110, 120, 115, *[50] * 9], metric=SECONDS)
    assert (rise.kind, rise.value, rise.usual) == ("rise", 120, 51.5)
    assert (rise.started_at, rise.ended_at) == (quarter(4), quarter(7))


def test_a_weak_rise_before_the_worst_one_is_not_its_beginning() -> None:
    (rise,) = seen([95, *[50] * 7, 140, 145, *[50] * 6], metric=SECONDS)
    assert rise.started_at == quarter(8)


def test_a_series_near_its_ceiling_is_unusual_by_what_is_left() -> None:
    as_seconds = seen([80, 80, 99, 98, *[80] * 12], past=79, metric=SECONDS)
    as_percent = seen([80, 80, 99, 98, *[80] * 12], past=79)
    assert as_seconds == []
    assert [(each.kind, each.value) for each in as_percent] == [("rise", 99)]


def test_a_series_that_does_much_less_falls() -> None:
    (fall,) = seen([50, 50, 5, 4, 5, *[50] * 11], metric=SECONDS)
    assert (fall.kind, fall.value) == ("fall", 4)


def test_a_time_without_points_is_silence() -> None:
    (silence,) = seen([50, 51, *[None] * 7, *[50.0] * 7])
    assert (silence.kind, silence.value) == ("silent", None)
    assert (silence.started_at, silence.ended_at) == (quarter(2), quarter(9))


def test_one_missing_point_is_no_silence() -> None:
    assert seen([50, 51, None, 50, *[50] * 12]) == []


def test_without_a_past_nothing_is_unusual() -> None:
    readings = [Reading(quarter(n), v) for n, v in enumerate([50, 500, 500])]
    points = [each.at for each in readings]
    assert unusual(SECONDS, readings, WINDOW, points_at=points, newest_at=WINDOW.end) == []


def test_a_counter_counts_by_its_rate_and_not_where_it_begins_anew() -> None:
    counted = [Reading(quarter(n), v) for n, v in enumerate([0, 900, 100, 1000, 1900])]
    found = rates([*counted, Reading(quarter(99), 9999)], longest_gap=HOUR)
    assert found == [Reading(quarter(1), 1), Reading(quarter(3), 1), Reading(quarter(4), 1)]


@pytest.mark.parametrize("scale", [0.001, 1, 1e6])
def test_what_is_unusual_does_not_depend_on_the_unit(scale: float) -> None:
    readings = [Reading(quarter(n), (50 + n % 3) * scale) for n in range(-192, 0)]
    readings += [Reading(quarter(n), 200 * scale) for n in range(16)]
    points = [each.at for each in readings]
    (rise,) = unusual(SECONDS, readings, WINDOW, points_at=points, newest_at=WINDOW.end)
    assert rise.score == pytest.approx(10)
