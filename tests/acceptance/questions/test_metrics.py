"""What was measured."""

import pytest

from domain.response.blocks import TimeseriesBlock
from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

CPU_OF_SERVERS = (
    "select ci_code, ci_name, avg(value) from points where metric_name = 'cpu_usage'"
    " and ci_subtype = 'server' and hours_ago < 24 group by 1 order by 3 desc"
)
AVERAGE_AND_LAST = "Average and last CPU value of srv-erp-01 between 2026-06-10 and 2026-06-20."


def test_the_five_busiest_servers_are_ranked_by_their_average_of_the_last_day(
    ask: Ask, tables: Tables
) -> None:
    answer = ask("Which five servers have the highest CPU usage?")
    expected = tables.rows(CPU_OF_SERVERS)
    servers = tables.count("select count(*) from items where ci_subtype = 'server'")
    assert answer.table("ci_code", "ci_name", "avg_cpu_usage") == [
        [code, name, pytest.approx(average)] for code, name, average in expected[:5]
    ]
    assert answer.table_meta("avg_cpu_usage")["ci_count_with_data"] == len(expected)
    assert f"of {servers} servers ({len(expected)} with points)" in answer.text


def test_the_average_over_servers_is_that_of_all_their_points(ask: Ask, tables: Tables) -> None:
    answer = ask("What is the average memory usage of all servers?")
    average, samples = tables.row(
        "select avg(value), count(*) from points where metric_name = 'memory_usage'"
        " and ci_subtype = 'server' and hours_ago < 24"
    )
    assert answer.number() == pytest.approx(average)
    assert isinstance(average, float)
    assert answer.says(average)
    assert answer.table("value", "unit", "sample_count") == [
        [pytest.approx(average), "%", samples]
    ]


def test_average_and_last_value_are_those_of_the_days_named(ask: Ask, tables: Tables) -> None:
    answer = ask(AVERAGE_AND_LAST)
    values = tables.rows(
        "select value from points where metric_name = 'cpu_usage' and ci_code = 'srv-erp-01'"
        " and at >= '2026-06-10' and at < '2026-06-21' order by measured_at"
    )
    numbers = [float(str(value)) for (value,) in values]
    average = sum(numbers) / len(numbers)
    assert answer.number(label="average cpu_usage") == pytest.approx(average)
    assert answer.number(label="last cpu_usage") == numbers[-1]
    assert answer.says(average)
    assert answer.says(numbers[-1])


def test_the_chart_of_ten_days_shows_the_averages_of_two_hours(ask: Ask, tables: Tables) -> None:
    answer = ask(AVERAGE_AND_LAST)
    expected = tables.rows(
        "select strftime('%Y-%m-%dT%H:00:00+00:00', measured_at / 7200000000 * 7200, 'unixepoch'),"
        " avg(value) from points where metric_name = 'cpu_usage' and ci_code = 'srv-erp-01'"
        " and at >= '2026-06-10' and at < '2026-06-21' group by 1 order by 1"
    )
    (chart,) = [block for block in answer.blocks if isinstance(block, TimeseriesBlock)]
    (line,) = chart.series
    drawn = [[point.timestamp, point.value] for point in line.data]
    assert drawn == [[at, pytest.approx(average)] for at, average in expected]
    assert drawn == answer.table("measured_at", "cpu_usage")


def test_the_last_average_of_a_chart_is_not_called_the_last_value(
    ask: Ask, tables: Tables
) -> None:
    answer = ask(AVERAGE_AND_LAST)
    average = tables.value(
        "select avg(value) from points where metric_name = 'cpu_usage' and ci_code = 'srv-erp-01'"
        " and at >= '2026-06-20T22:00' and at < '2026-06-21'"
    )
    assert answer.text.endswith(f"the last average {average:.1f} %.")


def test_only_the_active_servers_over_a_bound_are_kept(ask: Ask, tables: Tables) -> None:
    answer = ask("Show active servers, then only those with CPU of 80 % or more.")
    active = tables.column(
        "select ci_code from items where ci_subtype = 'server' and status = 'active' order by 1"
    )
    kept = tables.rows(
        "select ci_code, avg(value) from points where metric_name = 'cpu_usage'"
        " and ci_subtype = 'server' and status = 'active' and hours_ago < 24"
        " group by 1 having avg(value) >= 80 order by 2 desc"
    )
    assert answer.table("ci_code", titled="Configuration items") == [[code] for code in active]
    assert answer.table("ci_code", "avg_cpu_usage") == [
        [code, pytest.approx(average)] for code, average in kept
    ]
    assert kept


def test_every_item_in_monitoring_is_listed(ask: Ask, tables: Tables) -> None:
    answer = ask("List CIs in monitoring and show their health metrics.")
    assert answer.table("ci_code", "status") == tables.rows(
        "select ci_code, status from items where status = 'monitoring' order by 1"
    )


@pytest.mark.parametrize("metric", ["cpu_usage", "memory_usage", "temperature"])
def test_every_item_in_monitoring_has_its_average_of_each_metric(
    ask: Ask, tables: Tables, metric: str
) -> None:
    answer = ask("List CIs in monitoring and show their health metrics.")
    expected = tables.rows(
        "select ci_code, avg(value) from points where metric_name = ? and status = 'monitoring'"
        " and hours_ago < 24 group by 1 order by 2 desc",
        metric,
    )
    assert answer.table("ci_code", f"avg_{metric}") == [
        [code, pytest.approx(average)] for code, average in expected
    ]
    assert len(expected) == tables.value("select count(*) from items where status = 'monitoring'")
