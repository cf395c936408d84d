"""Answers put together from several questions."""

import json

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables
from tests.acceptance.questions.topology import Topology

OVERVIEW = "Overview of ERP System: state, related CIs, recent events, metrics."
ZONES = "Active servers of zones a, b and c separately, and the total."
COMPARISON = "Compare the servers of production and staging."
DOCUMENTS = "Show documents about ERP together with the ERP System record."
SUMMARY = "Summarise the overall system state."
SIMULATION = "Simulate rule rule-high-cpu for srv-erp-01."
METRICS = ["cpu_usage", "memory_usage", "temperature"]


def test_an_overview_begins_with_the_state(ask: Ask, tables: Tables) -> None:
    answer = ask(OVERVIEW)
    status = tables.value("select status from items where ci_code = 'sys-erp'")
    assert answer.text.startswith(f"sys-erp (ERP System) is {status}.")
    assert answer.fields("CI details")["status"] == status


def test_an_overview_shows_what_is_around_the_item(ask: Ask, topology: Topology) -> None:
    answer = ask(OVERVIEW)
    near = sorted(set(topology.around("sys-erp", steps=1)) - {"sys-erp"})
    assert answer.table("ci_code", "ci_name", titled="relations")[0][0] == near[0]
    assert [code for code, _ in answer.table("ci_code", "ci_name", titled="relations")] == near


def test_an_overview_lists_the_events_of_the_last_week(ask: Ask, tables: Tables) -> None:
    answer = ask(OVERVIEW)
    events = tables.rows(
        "select at, event_type, severity from events"
        " where ci_code = 'sys-erp' and hours_ago < 7 * 24 order by occurred_at desc"
    )
    assert answer.table("occurred_at", "event_type", "severity") == events
    assert answer.says(len(events))


@pytest.mark.parametrize("metric", METRICS)
def test_an_overview_averages_what_was_measured_around_the_item(
    ask: Ask, tables: Tables, topology: Topology, metric: str
) -> None:
    answer = ask(OVERVIEW)
    near = topology.around("sys-erp", steps=1)
    averages = tables.rows(
        "select ci_code, avg(value) from points where metric_name = ? and hours_ago < 7 * 24"
        " group by 1 order by 2 desc",
        metric,
    )
    shown = answer.table("metric", "ci_code", "avg(value)")
    assert [[code, value] for name, code, value in shown if name == metric] == [
        [code, pytest.approx(average)] for code, average in averages if code in near
    ]


@pytest.mark.parametrize("zone", ["zone-a", "zone-b", "zone-c"])
def test_the_servers_of_each_zone_are_listed_apart(ask: Ask, tables: Tables, zone: str) -> None:
    answer = ask(ZONES)
    expected = tables.rows(
        "select ci_code, location, status from items"
        " where ci_subtype = 'server' and status = 'active' and location = ? order by 1",
        zone,
    )
    titled = f"servers in {zone} with"
    assert answer.table("ci_code", "location", "status", titled=titled) == expected
    assert expected


def test_the_total_of_all_zones_is_counted(ask: Ask, tables: Tables) -> None:
    answer = ask(ZONES)
    total = tables.count(
        "select count(*) from items where ci_subtype = 'server' and status = 'active'"
        " and location in ('zone-a', 'zone-b', 'zone-c')"
    )
    assert answer.number() == total
    assert answer.says(total)


def test_compared_servers_are_counted_side_by_side(ask: Ask, tables: Tables) -> None:
    answer = ask(COMPARISON)
    counts = tables.column(
        "select count(*) from items where ci_subtype = 'server'"
        " and environment in ('production', 'staging') group by environment order by environment"
    )
    assert [str(count) for _, count in answer.table("set", "count")] == counts


def test_documents_about_a_word_are_those_that_contain_it(ask: Ask, tables: Tables) -> None:
    answer = ask(DOCUMENTS)
    matching = tables.column("select title from papers where lower(title || content) like '%erp%'")
    shown = [str(title) for title, _ in answer.table("title", "document_type")]
    assert sorted(shown) == sorted(matching)
    assert answer.says(len(matching))


def test_documents_are_shown_together_with_the_record_of_the_item(
    ask: Ask, tables: Tables
) -> None:
    answer = ask(DOCUMENTS)
    status, owner = tables.row("select status, owner from items where ci_name = 'ERP System'")
    facts = answer.fields("CI details")
    assert (facts["ci_name"], facts["status"], facts["owner"]) == ("ERP System", status, owner)


@pytest.mark.parametrize(
    ("field", "titled", "query"),
    [
        ("ci_type", "per type", "select ci_type, count(*) from items group by 1"),
        ("status", "configuration items", "select status, count(*) from items group by 1"),
        ("severity", "events", "select severity, count(*) from events group by 1"),
        ("result", "work items", "select result, count(*) from works group by 1"),
        ("result", "maintenance", "select result, count(*) from maintenances group by 1"),
        ("status", "documents", "select status, count(*) from papers group by 1"),
    ],
)
def test_a_summary_of_the_estate_counts_every_kind_of_record(
    ask: Ask, tables: Tables, field: str, titled: str, query: str
) -> None:
    answer = ask(SUMMARY)
    shown = answer.table(field, "count", titled=titled)
    expected = tables.rows(query)
    assert sorted(shown, key=str) == sorted(expected, key=str)
    assert answer.says(sum(int(str(count)) for _, count in expected))


def test_a_rule_is_simulated_on_the_highest_value_of_its_span(ask: Ask, tables: Tables) -> None:
    answer = ask(SIMULATION)
    condition, spec = tables.row(
        "select condition, trigger_spec from rules where rule_id = 'rule-high-cpu'"
    )
    trigger = json.loads(str(spec))
    assert (trigger["agg"], trigger["time_range"]) == ("max", "last_24h")
    highest = tables.value(
        "select max(value) from points where ci_code = 'srv-erp-01' and metric_name = ?"
        " and hours_ago < 24",
        trigger["metric_name"],
    )
    bound = float(str(condition).removeprefix("metric.value > "))
    assert answer.table("name", "value") == [["metric.value", highest]]
    assert answer.fields("Simulation")["condition"] == condition
    assert answer.fields("Simulation")["triggered"] is (float(str(highest)) > bound)
