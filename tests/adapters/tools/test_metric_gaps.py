"""What is said of points that are not there."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.estate.records import MetricPoint
from tests.adapters.tools.calling import Caller
from tests.estate_fixture import SMALL_ESTATE, hours_ago, small_estate


def test_an_item_that_never_had_points_says_so(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", ci_ids=["id-lone-01"])
    assert result.warnings[1:] == ["there are no points of it at any other time"]


@pytest.mark.parametrize(
    ("hours", "ends_early"), [((1, 2, 3), False), ((4, 5, 6), True), ((11,), False), ((13,), True)]
)
def test_points_that_end_early_are_told_by_the_distance_that_they_usually_have(
    hours: tuple[int, ...], *, ends_early: bool, tmp_path: Path
) -> None:
    points = [
        MetricPoint(ci_id="id-db-01", metric_name="cpu_usage", measured_at=hours_ago(n), value=1)
        for n in hours
    ]
    dataset = replace(SMALL_ESTATE, metric_points=points)
    told = (
        f"the newest point is of {hours_ago(hours[0]).isoformat()}, older than {hours[0]} h 00 min"
    )
    with small_estate(tmp_path, dataset=dataset) as estate:
        call = Caller(estate)
        for operation in ("aggregate", "aggregate_by_ci", "series"):
            item = {"ci_id": "id-db-01"} if operation == "series" else {"ci_ids": ["id-db-01"]}
            result = call(f"metric.{operation}", metric_name="cpu_usage", **item)
            assert [each[: len(told)] for each in result.warnings] == [told] * ends_early
            assert ("is_stale" in result.data) is ends_early


def test_points_up_to_the_present_do_not_end_early_in_a_window_that_goes_on(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", time_range="all_time")
    assert result.warnings == []
