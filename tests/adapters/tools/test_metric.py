from pathlib import Path

import pytest

from domain.estate.port import EstateDataset
from domain.estate.records import MetricPoint
from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller
from tests.estate_fixture import SMALL_ESTATE, hours_ago, item, small_estate

SERVERS = [{"field": "ci_subtype", "value": "server"}]


@pytest.mark.parametrize(
    ("agg", "value"), [("count", 4), ("max", 54), ("min", 51), ("avg", 52.5), ("last", 51)]
)
def test_a_value_is_computed_over_the_points_of_one_item(
    call: Caller, agg: str, value: float
) -> None:
    data = call.data(
        "metric.aggregate",
        metric_name="cpu_usage",
        agg=agg,
        ci_id="id-srv-01",
        time_range="last_4h",
    )
    assert (data["value"], data["unit"], data["sample_count"]) == (value, "%", 4)


def test_a_value_comes_with_all_others_of_the_same_points(call: Caller) -> None:
    data = call.data("metric.aggregate", metric_name="cpu_usage", ci_id="id-srv-01")
    assert data["summary"] == {
        "count": 24,
        "min": 51,
        "max": 74,
        "avg": 62.5,
        "last": 51,
        "last_at": "2025-12-31T11:00:00+00:00",
    }


def test_a_value_over_filtered_items_uses_all_of_them(call: Caller) -> None:
    data = call.data(
        "metric.aggregate", metric_name="cpu_usage", filters=SERVERS, time_range="last_1h"
    )
    assert (data["value"], data["ci_count_used"]) == (61, 2)


def test_ids_and_filters_together_narrow_each_other(call: Caller) -> None:
    data = call.data(
        "metric.aggregate",
        metric_name="cpu_usage",
        ci_ids=["id-srv-01", "id-app-web"],
        filters=SERVERS,
    )
    assert data["ci_ids"] == ["id-srv-01"]


def test_a_value_without_items_named_is_over_the_whole_estate(call: Caller) -> None:
    data = call.data("metric.aggregate", metric_name="cpu_usage", agg="max", time_range="last_1h")
    assert (data["value"], data["ci_count_used"], data["ci_count_with_data"]) == (71, None, 3)


def test_an_empty_list_of_items_has_no_value_instead_of_everybodys(call: Caller) -> None:
    assert call.data("metric.aggregate", metric_name="cpu_usage", ci_ids=[])["value"] is None


def test_no_points_in_the_window_is_an_answer_with_a_warning(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", time_range="2001-01-01")
    assert result.success
    assert result.data["value"] is None
    assert result.warnings == [
        "no points of cpu_usage in 2001-01-01",
        "the oldest point after it is of 2025-12-30T12:00:00+00:00",
    ]


@pytest.mark.parametrize("operation", ["aggregate", "aggregate_by_ci", "series"])
def test_a_metric_that_does_not_exist_is_not_found_and_the_metrics_are_listed(
    call: Caller, operation: str
) -> None:
    only_series = {"ci_id": "id-srv-01"} if operation == "series" else {}
    result = call(f"metric.{operation}", metric_name="cpu", **only_series)
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert result.error_details["suggestions"] == ["cpu_usage", "memory_usage"]


def test_an_unknown_item_among_known_ones_is_left_out_with_a_warning(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", ci_ids=["id-srv-01", "gone"])
    assert result.data["ci_ids"] == ["id-srv-01"]
    assert result.warnings == ["no configuration item has the id 'gone'"]


def test_unknown_items_alone_are_not_found(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", ci_id="srv-01")
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND


def test_an_unknown_aggregation_is_refused_with_those_that_exist(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", agg="median")
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert (
        "'count', 'max', 'min', 'avg', 'last', 'increase' or 'rate', got 'median'" in result.error
    )


def test_an_unknown_time_range_is_refused_with_the_grammar(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", time_range="soon")
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert "time_range 'soon' is not understood; allowed: last_" in result.error


def test_more_than_300_items_are_cut_and_the_counts_are_told(tmp_path: Path) -> None:
    many = [item(f"node-{number:03}", f"Node {number}") for number in range(301)]
    dataset = EstateDataset(source="test", cis=many, metrics=SMALL_ESTATE.metrics)
    with small_estate(tmp_path, dataset=dataset) as estate:
        result = Caller(estate)(
            "metric.aggregate", metric_name="cpu_usage", ci_ids=[ci.ci_id for ci in many]
        )
    assert result.data["ci_ids_truncated"] is True
    assert (result.data["ci_requested"], result.data["ci_count_used"]) == (301, 300)
    assert "300 of 301 configuration items shown" in result.warnings


def test_items_are_ranked_by_their_value_highest_first(call: Caller) -> None:
    data = call.data("metric.aggregate_by_ci", metric_name="cpu_usage", agg="max")
    assert data["columns"] == ["ci_code", "ci_name", "ci_type", "ci_subtype", "max_cpu_usage"]
    assert [(row[0], row[-1]) for row in data["rows"]] == [
        ("srv-02", 94),
        ("srv-01", 74),
        ("app-web", 34),
    ]
    assert data["ci_ids"] == ["id-srv-02", "id-srv-01", "id-app-web"]


def test_items_are_ranked_lowest_first_when_asked(call: Caller) -> None:
    data = call.data("metric.aggregate_by_ci", metric_name="cpu_usage", ascending=True, top_n=1)
    assert [row[0] for row in data["rows"]] == ["app-web"]
    assert data["total"] == 3


@pytest.mark.parametrize(
    ("bounds", "codes"),
    [
        ({"at_least": 74}, ["srv-02", "srv-01"]),
        ({"at_most": 74}, ["srv-01", "app-web"]),
        ({"at_least": 35, "at_most": 73}, []),
    ],
)
def test_a_ranking_keeps_to_its_bounds_which_are_included(
    call: Caller, bounds: dict[str, float], codes: list[str]
) -> None:
    data = call.data("metric.aggregate_by_ci", metric_name="cpu_usage", agg="max", **bounds)
    assert ([row[0] for row in data["rows"]], data["total"]) == (codes, len(codes))


def test_a_ranking_looks_at_all_items_of_its_filters(tmp_path: Path) -> None:
    many = [
        item(f"node-{number:03}", f"Node {number}", ci_subtype="server") for number in range(1001)
    ]
    hottest = MetricPoint(
        ci_id="id-node-1000", metric_name="cpu_usage", measured_at=hours_ago(1), value=99
    )
    dataset = EstateDataset(
        source="test", cis=many, metrics=SMALL_ESTATE.metrics, metric_points=[hottest]
    )
    with small_estate(tmp_path, dataset=dataset) as estate:
        data = Caller(estate).data(
            "metric.aggregate_by_ci", metric_name="cpu_usage", filters=SERVERS, top_n=1
        )
    assert data["rows"] == [["node-1000", "Node 1000", "SW", "server", 99]]
    assert (data["ci_count_used"], data["ci_count_with_data"]) == (1001, 1)


@pytest.mark.parametrize(("count", "are_listed"), [(300, True), (301, False)])
def test_the_items_of_filters_are_listed_unless_they_are_very_many(
    tmp_path: Path, count: int, *, are_listed: bool
) -> None:
    many = [item(f"node-{number}", "Node", ci_subtype="server") for number in range(count)]
    dataset = EstateDataset(source="test", cis=many, metrics=SMALL_ESTATE.metrics)
    with small_estate(tmp_path, dataset=dataset) as estate:
        data = Caller(estate).data("metric.aggregate", metric_name="cpu_usage", filters=SERVERS)
    assert data["ci_count_used"] == count
    assert (data["ci_ids"] is not None) is are_listed


def test_a_series_holds_the_points_as_numbers_oldest_first(call: Caller) -> None:
    data = call.data(
        "metric.series", metric_name="cpu_usage", ci_id="id-srv-01", time_range="last_2h"
    )
    assert data["rows"] == [["2025-12-31T10:00:00+00:00", 52], ["2025-12-31T11:00:00+00:00", 51]]
    assert data["bucket_seconds"] is None


@pytest.mark.parametrize("time_range", ["last_24h", "all_time"])
def test_a_series_beyond_its_limit_covers_the_window_in_buckets(
    call: Caller, time_range: str
) -> None:
    data = call.data(
        "metric.series",
        metric_name="cpu_usage",
        ci_id="id-srv-01",
        time_range=time_range,
        limit=8,
    )
    assert data["sample_count"] == 24
    assert len(data["rows"]) <= 8
    assert data["bucket_seconds"] in {10_800, 21_600}
    assert data["rows"][0][0] <= "2025-12-30T12:00:00+00:00"
    assert data["rows"][-1][0] > "2025-12-31T05:00:00+00:00"


def test_a_series_of_an_unknown_item_is_not_found(call: Caller) -> None:
    result = call("metric.series", metric_name="cpu_usage", ci_id="gone")
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND


def test_a_metric_without_points_exists(call: Caller) -> None:
    assert call.data("metric.exists", metric_name="memory_usage")["exists"] is True
    assert call.data("metric.exists", metric_name="memory")["exists"] is False


def test_metrics_are_listed_with_their_units(call: Caller) -> None:
    result = call("metric.list", limit=1)
    assert [(row["metric_name"], row["unit"]) for row in result.data["rows"]] == [
        ("cpu_usage", "%")
    ]
    assert result.warnings == ["1 of 2 metrics shown"]


def test_an_answer_states_its_window(call: Caller) -> None:
    result = call("metric.aggregate", metric_name="cpu_usage", time_range="2025-12-30")
    assert result.metadata["window"] == {
        "start": "2025-12-30T00:00:00+00:00",
        "end": "2025-12-31T00:00:00+00:00",
    }
    assert result.metadata["row_count"] == result.data["sample_count"]


def test_another_tenant_has_no_metrics(other_tenant: Caller) -> None:
    result = other_tenant("metric.aggregate", metric_name="cpu_usage")
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert result.error_details["suggestions"] == []
