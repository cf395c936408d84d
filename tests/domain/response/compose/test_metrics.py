import pytest

from domain.response.blocks import NumberBlock, TableBlock, TimeseriesBlock
from domain.response.compose.composition import Composition
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, only

CPU = {"metric_name": "cpu_usage"}
SERVERS = [{"field": "ci_subtype", "value": "server"}]


def of_servers(invoker: ToolInvoker, **metric: object) -> Composition:
    return answered(
        invoker, intent="AGGREGATE", metric={**CPU, **metric}, primary={"filters": SERVERS}
    )


def ranked(invoker: ToolInvoker, **aggregate: object) -> Composition:
    return answered(
        invoker, intent="AGGREGATE", metric=CPU, aggregate={"scope": "metric", **aggregate}
    )


def series(invoker: ToolInvoker, **metric: object) -> Composition:
    metric = {**CPU, "mode": "series", **metric}
    return answered(invoker, intent="SEARCH", primary={"keywords": ["srv-01"]}, metric=metric)


def test_a_value_is_said_with_its_unit_and_how_many_samples_it_has(invoker: ToolInvoker) -> None:
    assert of_servers(invoker).answer == (
        "Average cpu_usage of 2 servers over the last 24 h: 72.5 % (48 samples)."
    )


def test_a_value_is_a_number_with_its_unit(invoker: ToolInvoker) -> None:
    number = only(of_servers(invoker), NumberBlock)
    assert (number.label, number.value, number.unit) == ("average cpu_usage", 72.5, "%")


def test_a_count_of_points_has_no_unit(invoker: ToolInvoker) -> None:
    number = only(of_servers(invoker, agg="count"), NumberBlock)
    assert (number.value, number.unit) == (48, None)


def test_a_value_is_shown_with_the_window_that_it_covers(invoker: ToolInvoker) -> None:
    (row,) = only(of_servers(invoker), TableBlock).rows
    assert row == [
        *("2 servers", "cpu_usage", "avg"),
        *("2025-12-30T12:00:00+00:00", "2025-12-31T12:00:00+00:00"),
        *(72.5, "%", 48),
    ]


def test_a_value_of_one_item_names_it(invoker: ToolInvoker) -> None:
    answer = answered(
        invoker, intent="SEARCH", primary={"keywords": ["srv-01"]}, metric={**CPU, "agg": "max"}
    ).answer
    assert answer == "Maximum cpu_usage of srv-01 over the last 24 h: 74 % (24 samples)."


def test_a_value_of_several_items_counts_them(invoker: ToolInvoker) -> None:
    answer = answered(
        invoker,
        intent="EXPAND",
        primary={"keywords": ["srv-01"]},
        graph={"view": "DEPENDENCY"},
        metric={**CPU, "scope": "graph"},
    ).answer
    assert answer.endswith(
        "Average cpu_usage of 2 configuration items over the last 24 h: 62.5 % "
        "(24 samples from 1 of them)."
    )


def test_a_value_of_nothing_has_no_points(invoker: ToolInvoker) -> None:
    search = {"keywords": ["moon"], "tool_type": "ci_search"}
    answer = answered(invoker, intent="SEARCH", primary=search, metric=CPU).answer
    assert answer == (
        "No configuration items matching moon. "
        "cpu_usage of no configuration items has no points over the last 24 h."
    )


def test_a_value_of_everything_says_how_many_items_it_comes_from(invoker: ToolInvoker) -> None:
    assert answered(invoker, intent="AGGREGATE", metric=CPU).answer == (
        "Average cpu_usage of all configuration items over the last 24 h: 55.8 % "
        "(72 samples from 3 configuration items)."
    )


def test_a_value_says_when_only_some_items_have_points(invoker: ToolInvoker) -> None:
    active = {"filters": [{"field": "status", "value": "active"}]}
    answer = answered(invoker, intent="AGGREGATE", metric=CPU, primary=active).answer
    assert answer.endswith("42.5 % (48 samples from 2 of them).")


def test_a_metric_without_points_is_said_once(invoker: ToolInvoker) -> None:
    composition = of_servers(invoker, metric_name="memory_usage")
    assert composition.answer == (
        "memory_usage of 2 servers has no points over the last 24 h. "
        "Note: there are no points of it at any other time."
    )


def test_a_metric_without_points_is_a_number_that_is_not_there(invoker: ToolInvoker) -> None:
    assert only(of_servers(invoker, metric_name="memory_usage"), NumberBlock).value is None


def test_a_metric_that_does_not_exist_is_not_one_without_points(invoker: ToolInvoker) -> None:
    answer = answered(invoker, intent="AGGREGATE", metric={"metric_name": "mood"}).answer
    assert answer == "There is no metric 'mood'; known: cpu_usage, memory_usage."


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        (
            {},
            "The highest average cpu_usage of all configuration items over the last 24 h: "
            "srv-02 82.5 %, srv-01 62.5 %, app-web 22.5 %.",
        ),
        (
            {"ascending": True, "top_n": 1},
            "The lowest average cpu_usage of all configuration items over the last 24 h: "
            "app-web 22.5 %. Note: 1 of 3 configuration items shown.",
        ),
        (
            {"at_least": 60},
            "2 configuration items with an average cpu_usage of at least 60 % over the last 24 h: "
            "srv-02 82.5 %, srv-01 62.5 %.",
        ),
        (
            {"at_least": 90, "at_most": 95.5, "filters": SERVERS},
            "Of 2 servers (2 with points), none has an average cpu_usage of at least 90 % and "
            "of at most 95.5 % over the last 24 h.",
        ),
    ],
    ids=["highest", "lowest", "bounded", "none"],
)
def test_a_ranking_names_the_items(
    invoker: ToolInvoker, spec: dict[str, object], answer: str
) -> None:
    assert ranked(invoker, **spec).answer == answer


def test_a_ranking_without_an_item_has_its_counts_and_no_table(invoker: ToolInvoker) -> None:
    blocks = ranked(invoker, at_least=100).blocks
    assert [(each.label, each.value) for each in blocks if isinstance(each, NumberBlock)] == [
        ("total", 0),
        ("ci_count_with_data", 3),
    ]
    assert {each.type for each in blocks} == {"number"}


def test_a_table_of_a_ranking_keeps_numbers_and_the_true_total(invoker: ToolInvoker) -> None:
    table = only(ranked(invoker, top_n=1), TableBlock)
    assert (table.rows, table.meta["total"], table.meta["unit"]) == (
        [["srv-02", "Shop Server 02", "HW", "server", 82.5]],
        3,
        "%",
    )


def test_a_series_says_its_range_and_its_last_value(invoker: ToolInvoker) -> None:
    assert series(invoker).answer == (
        "cpu_usage of srv-01 over the last 24 h: 24 points from 51 to 74 %, the last 51 %."
    )


def test_a_series_that_is_averaged_says_over_what(invoker: ToolInvoker) -> None:
    assert "12 points (averages of 2 h) from" in series(invoker, limit=12).answer


def test_a_series_is_a_series_over_time(invoker: ToolInvoker) -> None:
    block = only(series(invoker), TimeseriesBlock)
    last = block.series[0].data[-1]
    assert (last.timestamp, last.value) == ("2025-12-31T11:00:00+00:00", 51.0)
    assert (block.meta["metric_name"], block.meta["unit"]) == ("cpu_usage", "%")


def test_a_series_without_points_is_said_once(invoker: ToolInvoker) -> None:
    assert series(invoker, metric_name="memory_usage").answer == (
        "memory_usage of srv-01 has no points over the last 24 h. "
        "Note: there are no points of it at any other time."
    )
