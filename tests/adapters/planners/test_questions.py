"""Every kind of question in several phrasings, and what the planner understands by it."""

import pytest

from adapters.planners.rules.kinds import KINDS
from domain.plan.calls import planned_calls
from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import ask, plan_of
from tests.adapters.planners.vocabularies import demo, machine

SERVERS = "configuration items where ci_subtype = server"

PHRASINGS: dict[tuple[str, str], tuple[str, ...]] = {
    ("count", "count configuration items"): (
        "How many configuration items are there in total?",
        "Total number of CIs",
        "what is the number of CIs",
    ),
    ("count", "count configuration items where status = active and ci_subtype = server and location = zone-a"): (
        "How many active servers are in zone-a?",
        "count the active servers of zone a",
    ),
    ("ranked types", "count configuration items per ci_type, most frequent first"): (
        "Which CI type is the most frequent?",
        "most common CI type",
    ),
    ("exists", "count configuration items where status = inactive, and all of them per status"): (
        "Is any CI inactive?",
        "Are there any inactive CIs?",
    ),
    ("distribution", "count configuration items per status"): (
        "Show how CI states are distributed.",
        "How many CIs per state?",
        "which states are there",
    ),
    ("distribution and list", "count configuration items per ci_type, and list those where ci_type = SYSTEM"): (
        "Give the type distribution and list every SYSTEM CI.",
        "Show the distribution of CI types and list all systems",
    ),
    ("distribution", "count configuration items per ci_type"): (
        "Which CI types are there?",
        "Show how CI types are distributed.",
    ),
    ("list", "list configuration items where ci_subtype = server"): (
        "List the servers with their owners",
        "names of all servers",
    ),
    ("different", "count the different values of ci_name of configuration items"): (
        "How many different CI names exist?",
        "How many distinct names of configuration items are there?",
    ),
    ("lookup", "status of sys-erp"): (
        "What state is ERP System in?",
        "What is the status of ERP?",
        "state of sys-erp",
    ),
    ("lookup", "record of srv-erp-01"): (
        "Tell me about srv-erp-01",
        "Show the details of ERP Server 01.",
    ),
    ("neighbours", "what is around sys-erp"): (
        "List everything related to ERP.",
        "What is connected to ERP System?",
    ),
    ("list", "list configuration items where ci_subtype = server and owner = erp-platform and status = monitoring"): (
        "List servers owned by erp-platform that are in monitoring.",
        "which servers of owner erp-platform are in monitoring?",
    ),
    ("list", "list configuration items where status = active and ci_subtype = server and location = zone-a"): (
        "List active servers in zone-a.",
        "active servers in zone a",
    ),
    ("count", "count event log entries"): (
        "How many events are recorded?",
        "number of event log entries",
    ),
    ("ranked types", "count event log entries per event_type, most frequent first"): (
        "Which event type occurs most often?",
        "Name the three most common event types.",
        "top 3 event types",
    ),
    ("count", "count event log entries where severity = 5"): (
        "How many events have severity 5?",
        "count of severity-5 events",
    ),
    ("ranked types", "count event log entries per severity, most frequent first"): (
        "Rank the number of events by severity.",
        "Rank events by severity",
    ),
    ("count", "count event log entries during last_24h"): (
        "How many events happened in the last 24 hours?",
        "How many events were recorded within the past day?",
    ),
    ("history", "newest event log entries of srv-erp-01 where severity >= 2 during 2025-12"): (
        "Summarise events of severity 2 and above on srv-erp-01 in December 2025.",
        "Show the events with severity at least 2 of ERP Server 01 during 2025-12",
    ),
    ("distribution", "count work items per work_type"): (
        "How many work items exist, which kinds, which is most common?",
        "Which kinds of work are there?",
    ),
    ("count", "count work items where result = degraded"): (
        "How many work items ended degraded?",
        "number of degraded work items",
    ),
    ("kinds and one", "count maintenance items per maint_type, and those where maint_type = reboot"): (
        "Which kinds of maintenance were done; how many reboots?",
        "What types of maintenance are there and how many reboots?",
    ),
    ("success rate", "share of maintenance items with result success, and the same per maint_type"): (
        "Success rate of maintenance; which kind is the best?",
        "Which kind of maintenance has the highest success rate?",
    ),
    ("duration", "avg duration in minutes of maintenance items"): (
        "What is the average duration of maintenance?",
        "average maintenance duration",
    ),
    ("share", "share of configuration items where ci_subtype = server with status active"): (
        "What percentage of servers is active?",
        "share of active servers",
    ),
    ("metric ranking", f"{SERVERS} by average cpu_usage during last_24h, highest first"): (
        "Which five servers have the highest CPU usage?",
        "Top 5 servers by CPU",
    ),
    ("metric of a class", f"average memory_usage of {SERVERS} during last_24h"): (
        "What is the average memory usage of all servers?",
        "mean memory of the servers",
    ),
    ("metric of an item", "average and last cpu_usage of srv-erp-01 during 2025-12-01..2025-12-31, and its course"): (
        "Average and last CPU value of srv-erp-01 between 2025-12-01 and 2025-12-31.",
        "average and latest cpu usage of srv-erp-01 from 2025-12-01 to 2025-12-31",
    ),
    (
        "threshold",
        "configuration items where status = active and ci_subtype = server "
        "by average cpu_usage of 80 % or more during last_24h, highest first",
    ): (
        "Which active servers have a CPU usage of 80 % or more?",
        "active servers with CPU of 80% or more",
    ),
    ("composition", "what sys-erp consists of"): (
        "What does ERP System consist of?",
        "Show the components of ERP",
        "what is ERP System made of?",
    ),
    ("impact", "what is affected when srv-erp-01 fails"): (
        "What is affected if srv-erp-01 fails?",
        "Impact of srv-erp-01",
        "What breaks when ERP Server 01 goes down?",
        "If srv-erp-01 fails, what is affected?",
        "What needs srv-erp-01?",
        "what depends on srv-erp-01",
    ),
    ("dependencies", "what srv-erp-01 needs"): (
        "What does srv-erp-01 need?",
        "Dependencies of srv-erp-01",
        "What does srv-erp-01 depend on?",
    ),
    ("path", "path from app-erp-order-01-1 to storage-erp"): (
        "How are app-erp-order-01-1 and storage-erp connected?",
        "Find the path from app-erp-order-01-1 to storage-erp",
        "Is app-erp-order-01-1 connected to ERP Storage?",
    ),
    ("path", "path from sys-erp to database"): (
        "Find the path from ERP System to a database server.",
        "route between ERP and a database",
    ),
    ("host", "configuration items where ci_subtype = server among what app-erp-order-01-1 needs"): (
        "Which server does app-erp-order-01-1 run on?",
        "what server is app-erp-order-01-1 deployed on",
    ),
    ("parts with metric", "what sys-erp consists of, with the average cpu_usage of each during last_24h"): (
        "Show the components of ERP System with their CPU.",
        "components of ERP with their cpu usage",
    ),
    ("latest and item", "latest of the event log entries, and its configuration item"): (
        "Which CI had the latest event and what is its state?",
        "Show the most recent event and the state of its CI",
    ),
    (
        "items with history",
        "configuration items with event log entries where event_type = security_alert, "
        "most of them first, and the items themselves",
    ): (
        "Which CIs have the most security alerts, and what are their states?",
        "CIs with most security_alert events and their states",
    ),
    (
        "items with history",
        "configuration items with work items where result = failed, most of them first, and the items themselves",
    ): (
        "Which CIs had failed work and what is their state now?",
        "CIs with failed work items and their status",
    ),
    (
        "graphs of items with history",
        "configuration items with maintenance items where maint_type = reboot, most of them first, "
        "and what the first 3 of them need",
    ): (
        "Find CIs that were rebooted in maintenance and show their dependency graph.",
        "Which CIs were rebooted, and what are their dependencies?",
    ),
    (
        "health",
        "list configuration items where status = monitoring with "
        "cpu_usage, memory_usage, temperature, disk_io, network_in during last_24h",
    ): (
        "List CIs in monitoring and show their health metrics.",
        "show the CIs in monitoring with their metrics",
    ),
    (
        "history and host",
        "work items and event log entries of app-erp-order-01-1 during 2025-12, "
        "and what it runs on where ci_subtype = server",
    ): (
        "Work and deployment history of app-erp-order-01-1 in December, and the host it runs on.",
        "Show work and deployment events of app-erp-order-01-1 during 2025-12 and the server it runs on",
    ),
    (
        "overview",
        "record of sys-erp, what is around it, its events, work and maintenance, "
        "and cpu_usage, memory_usage, temperature, disk_io, network_in of both during last_7d",
    ): (
        "Overview of ERP System: state, related CIs, recent events, metrics.",
        "Give me an overview of ERP",
    ),
    (
        "separately",
        "list configuration items where status = active and ci_subtype = server "
        "for each of zone-a, zone-b, zone-c, and count them all",
    ): (
        "Active servers of zones a, b and c separately, and the total.",
        "list the active servers in zone-a, zone-b and zone-c separately with the total",
    ),
    ("compare", f"compare {SERVERS} with environment production and staging"): (
        "Compare the servers of production and staging.",
        "comparison of production and staging servers",
    ),
    ("documents", "documents about erp, and the record of sys-erp"): (
        "Show documents about ERP together with the ERP System record.",
        "find documents on ERP with the record of sys-erp",
    ),
    ("summary", "counts of configuration items, events, work, maintenance and documents"): (
        "Summarise the overall system state.",
        "Give me an overview of the estate",
    ),
    ("simulation", "simulate rule rule-high-cpu for srv-erp-01"): (
        "Simulate rule rule-high-cpu for srv-erp-01.",
        "Test the rule High CPU on ERP Server 01",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "kind", "meaning"),
    [
        pytest.param(question, kind, meaning, id=question)
        for (kind, meaning), questions in PHRASINGS.items()
        for question in questions
    ],
)
def test_a_question_is_understood_however_it_is_phrased(
    question: str, kind: str, meaning: str
) -> None:
    output = ask(question)
    assert output.plan is not None
    assert (output.metadata["kind"], output.plan.normalized_to) == (kind, meaning)


@pytest.mark.parametrize(
    ("kind", "example"), [(kind.name, example) for kind in KINDS for example in kind.examples]
)
def test_every_example_is_understood_as_its_kind(kind: str, example: str) -> None:
    estates = (demo(), machine())
    assert kind in [_kind_in(example, number) for number in range(len(estates))]


def _kind_in(example: str, number: int) -> object:
    try:
        return ask(example, (demo(), machine())[number]).metadata["kind"]
    except QuestionNotUnderstood:
        return None


@pytest.mark.parametrize("question", [q for questions in PHRASINGS.values() for q in questions])
def test_every_plan_becomes_tool_calls(question: str) -> None:
    assert planned_calls(plan_of(question))


def test_the_question_itself_stays_in_the_plan() -> None:
    assert plan_of("How many CIs are there?").normalized_from == "How many CIs are there?"


def test_the_reasoning_names_the_kind_and_what_was_recognised() -> None:
    reasoning = ask("Impact of srv-erp-01 with depth 2").reasoning
    assert (
        reasoning
        == "The question is of the kind 'impact' and names ci srv-erp-01, depth with depth 2."
    )


def test_a_code_that_the_estate_does_not_have_is_looked_up_as_it_is() -> None:
    plan = plan_of("Show the state of srv-erp-99.")
    assert plan.primary.keywords == ["srv-erp-99"]


def test_a_code_that_the_estate_does_not_have_lowers_the_confidence() -> None:
    known, unknown = ask("state of srv-erp-01"), ask("state of srv-erp-99")
    assert (known.confidence, unknown.confidence) == (1.0, 0.7)
