"""Items found by what happened to them, and what is known of these items."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables
from tests.acceptance.questions.topology import EVERY_TYPE, Topology

NEEDING = EVERY_TYPE - {"COMPOSED_OF", "PROTECTED_BY"}
HISTORY_AND_HOST = (
    "Work and deployment history of app-erp-order-01-1 in the last 30 days,"
    " and the host it runs on."
)
REBOOTED = "Find CIs that were rebooted in maintenance and show their dependency graph."


def states_of(tables: Tables, codes: set[str]) -> dict[str, str]:
    rows = tables.rows("select ci_code, status from items")
    return {str(code): str(status) for code, status in rows if code in codes}


def test_the_item_of_the_latest_event_is_shown_with_its_state(ask: Ask, tables: Tables) -> None:
    answer = ask("Which CI had the latest event and what is its state?")
    at, code, event_type, status = tables.row(
        "select at, ci_code, event_type, status from events order by occurred_at desc limit 1"
    )
    shown = answer.table("occurred_at", "ci_code", "event_type", "item.status")
    assert shown == [[at, code, event_type, status]]


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("Which CIs have most security alerts and their states?", "event_type = 'security_alert'"),
        ("Which CIs have the most severity 5 events and their states?", "severity = 5"),
    ],
)
def test_items_with_most_events_are_shown_with_their_states(
    ask: Ask, tables: Tables, question: str, condition: str
) -> None:
    answer = ask(question)
    ranked = tables.rows(
        f"select ci_code, status, count(*) from events where {condition}"  # noqa: S608 - ours
        " group by 1, 2 order by 3 desc, 1"
    )
    assert answer.table("item.ci_code", "item.status", "count") == [
        each for each in ranked if each[2] == ranked[0][2]
    ]


def test_items_with_failed_work_are_shown_with_their_states_and_all_counted(
    ask: Ask, tables: Tables
) -> None:
    answer = ask("Which CIs had failed work and what is their state now?")
    failed = set(tables.column("select ci_code from works where result = 'failed'"))
    found = answer.table("ci_code", "status", titled="; which")
    shown = {str(code): str(status) for code, status in found}
    assert shown == states_of(tables, set(shown) & failed)
    assert answer.table_meta("ci_code", "status", titled="; which")["total"] == len(failed)
    assert answer.says(len(failed))


def test_rebooted_items_are_listed(ask: Ask, tables: Tables) -> None:
    answer = ask(REBOOTED)
    shown = answer.table("ci_code", titled="with maintenance items with maint type reboot; which")
    assert shown == tables.rows(
        "select distinct ci_code from maintenances where maint_type = 'reboot' order by 1"
    )


def test_rebooted_items_are_shown_with_what_they_need(
    ask: Ask, tables: Tables, topology: Topology
) -> None:
    answer = ask(REBOOTED)
    rebooted = tables.column("select ci_code from maintenances where maint_type = 'reboot'")
    found = (topology.outward(code, steps=2, types=NEEDING) for code in set(rebooted))
    needed = {code for near in found for code, distance in near.items() if distance}
    shown = {str(code) for (code,) in answer.table("ci_code", titled="over up to 2 hops")}
    assert shown == needed


def test_the_work_of_an_item_is_listed(ask: Ask, tables: Tables) -> None:
    answer = ask(HISTORY_AND_HOST)
    assert answer.table("started_at", "work_type", "summary", "result") == tables.rows(
        "select at, work_type, summary, result from works"
        " where ci_code = 'app-erp-order-01-1' and hours_ago < 30 * 24 order by started_at desc"
    )


def test_the_deployments_of_an_item_are_listed(ask: Ask, tables: Tables) -> None:
    answer = ask(HISTORY_AND_HOST)
    assert answer.table("occurred_at", "event_type") == tables.rows(
        "select at, event_type from events where ci_code = 'app-erp-order-01-1'"
        " and event_type = 'deployment' and hours_ago < 30 * 24 order by occurred_at desc"
    )


def test_the_host_of_an_item_is_the_server_that_it_is_deployed_on(
    ask: Ask, tables: Tables
) -> None:
    answer = ask(HISTORY_AND_HOST)
    hosts = tables.column(
        "select target from edges where source = 'app-erp-order-01-1' and type = 'DEPLOYED_ON'"
    )
    assert [code for code, _ in answer.table("ci_code", "ci_name")] == hosts
    assert len(hosts) == 1
