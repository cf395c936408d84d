"""Items found by what happened to them, and what is known of these items."""

import pytest

from tests.acceptance.questions.answer import Answer
from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables
from tests.acceptance.questions.topology import EVERY_TYPE, Topology

NEEDING = EVERY_TYPE - {"COMPOSED_OF"}
HISTORY_AND_HOST = (
    "Work and deployment history of app-erp-order-01-1 in the last 30 days,"
    " and the host it runs on."
)
REBOOTED = "Find CIs that were rebooted in maintenance and show their dependency graph."


def states_shown(answer: Answer) -> dict[str, str]:
    rows = answer.table("ci_code", "status", titled="Configuration items")
    return {str(code): str(status) for code, status in rows}


def states_of(tables: Tables, codes: set[str]) -> dict[str, str]:
    rows = tables.rows("select ci_code, status from items")
    return {str(code): str(status) for code, status in rows if code in codes}


def test_the_item_of_the_latest_event_is_shown_with_its_state(ask: Ask, tables: Tables) -> None:
    answer = ask("Which CI had the latest event and what is its state?")
    at, code, event_type, status = tables.row(
        "select at, ci_code, event_type, status from events order by occurred_at desc limit 1"
    )
    assert answer.table("occurred_at", "ci_code", "event_type") == [[at, code, event_type]]
    assert states_shown(answer) == {str(code): str(status)}


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        (
            "Which CIs have most security alerts and their states?",
            "select ci_code, count(*) from events where event_type = 'security_alert'"
            " group by 1 order by 2 desc, 1 limit 10",
        ),
        (
            "Which CIs have the most severity 5 events and their states?",
            "select ci_code, count(*) from events where severity = 5"
            " group by 1 order by 2 desc, 1 limit 10",
        ),
    ],
)
def test_items_with_most_events_are_ranked_and_shown_with_their_states(
    ask: Ask, tables: Tables, question: str, condition: str
) -> None:
    answer = ask(question)
    ranked = tables.rows(condition)
    assert answer.table("ci_code", "count") == ranked
    assert states_shown(answer) == states_of(tables, {str(code) for code, _ in ranked})


def test_items_with_failed_work_are_all_counted(ask: Ask, tables: Tables) -> None:
    answer = ask("Which CIs had failed work and what is their state now?")
    failed = tables.rows(
        "select ci_code, count(*) from works where result = 'failed' group by 1 order by 2 desc, 1"
    )
    assert answer.table("ci_code", "count") == failed
    assert answer.says(len(failed))


def test_items_with_failed_work_are_shown_with_their_states_and_the_rest_is_counted(
    ask: Ask, tables: Tables
) -> None:
    answer = ask("Which CIs had failed work and what is their state now?")
    failed = set(tables.column("select ci_code from works where result = 'failed'"))
    shown = states_shown(answer)
    assert shown == states_of(tables, set(shown) & failed)
    assert answer.table_meta("ci_code", "status")["total"] == len(failed)
    assert f"{len(shown)} of {len(failed)} configuration items shown" in answer.text


def test_rebooted_items_are_all_counted(ask: Ask, tables: Tables) -> None:
    answer = ask(REBOOTED)
    assert answer.table("ci_code", "count") == tables.rows(
        "select ci_code, count(*) from maintenances where maint_type = 'reboot'"
        " group by 1 order by 2 desc, 1"
    )


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_the_items_rebooted_most_are_shown_with_what_they_need(
    ask: Ask, tables: Tables, topology: Topology, rank: int
) -> None:
    answer = ask(REBOOTED)
    rebooted = tables.column(
        "select ci_code from maintenances where maint_type = 'reboot'"
        " group by 1 order by count(*) desc, 1"
    )
    needed = topology.outward(rebooted[rank - 1], steps=2, types=NEEDING)
    network = answer.network(f"What item {rank} needs (of the first 3 only)")
    assert network == (set(needed), topology.between(needed, NEEDING))


def test_the_work_of_an_item_is_listed(ask: Ask, tables: Tables) -> None:
    answer = ask(HISTORY_AND_HOST)
    assert answer.table("started_at", "work_type", "summary", "result") == tables.rows(
        "select at, work_type, summary, result from works"
        " where ci_code = 'app-erp-order-01-1' and hours_ago < 30 * 24 order by started_at desc"
    )


def test_the_deployments_of_an_item_are_listed(ask: Ask, tables: Tables) -> None:
    answer = ask(HISTORY_AND_HOST)
    assert answer.table("occurred_at", "event_type", "message") == tables.rows(
        "select at, event_type, message from events where ci_code = 'app-erp-order-01-1'"
        " and event_type = 'deployment' and hours_ago < 30 * 24 order by occurred_at desc"
    )


def test_the_host_of_an_item_is_the_server_that_it_is_deployed_on(
    ask: Ask, tables: Tables
) -> None:
    answer = ask(HISTORY_AND_HOST)
    hosts = tables.column(
        "select target from edges where source = 'app-erp-order-01-1' and type = 'DEPLOYED_ON'"
    )
    assert states_shown(answer) == states_of(tables, set(hosts))
    assert len(hosts) == 1
