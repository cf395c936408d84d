"""What was measured."""

import pytest

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
    column = "avg(value) of metric points with metric cpu_usage in the last 24 h"
    assert answer.table("ci_code", column) == [
        [code, pytest.approx(average)] for code, _, average in expected[:5]
    ]


def test_the_average_over_servers_is_that_of_all_their_points(ask: Ask, tables: Tables) -> None:
    answer = ask("What is the average memory usage of all servers?")
    average, samples = tables.row(
        "select avg(value), count(*) from points where metric_name = 'memory_usage'"
        " and ci_subtype = 'server' and hours_ago < 24"
    )
    assert answer.number() == pytest.approx(average)
    assert isinstance(average, float)
    assert answer.says(average)
    assert f"{samples} metric points" in answer.text


def test_average_and_last_value_are_those_of_the_days_named(ask: Ask, tables: Tables) -> None:
    answer = ask(AVERAGE_AND_LAST)
    values = tables.rows(
        "select value from points where metric_name = 'cpu_usage' and ci_code = 'srv-erp-01'"
        " and at >= '2026-06-10' and at < '2026-06-21' order by measured_at"
    )
    numbers = [float(str(value)) for (value,) in values]
    average = sum(numbers) / len(numbers)
    assert answer.number(label="average value") == pytest.approx(average)
    assert answer.number(label="last value") == numbers[-1]
    assert answer.says(average)
    assert answer.says(numbers[-1])


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
    assert answer.table("ci_code", titled="servers with status active; which") == [
        [code] for code in active
    ]
    assert answer.table("ci_code", titled=">= 80; which") == [[code] for code, _ in kept]
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
    shown = answer.table("metric", "ci_code", "avg(value)")
    assert [[code, value] for name, code, value in shown if name == metric] == [
        [code, pytest.approx(average)] for code, average in expected
    ]
    assert len(expected) == tables.value("select count(*) from items where status = 'monitoring'")
