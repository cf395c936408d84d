"""What the event log holds."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

PER_TYPE = "select event_type, count(*) from events group by 1 order by 2 desc, 1"


def test_all_recorded_events_are_counted(ask: Ask, tables: Tables) -> None:
    answer = ask("How many events are recorded?")
    expected = tables.count("select count(*) from events")
    assert answer.number() == expected > 0
    assert answer.says(expected)


def test_the_event_type_that_occurs_most_often_comes_first(ask: Ask, tables: Tables) -> None:
    answer = ask("Which event type occurs most often?")
    expected = tables.rows(PER_TYPE)
    assert answer.table("event_type", "count") == expected[:1]
    assert answer.says(int(str(expected[0][1])))


def test_three_of_the_event_types_are_the_most_common(ask: Ask, tables: Tables) -> None:
    answer = ask("Name the three most common event types.")
    expected = tables.rows(PER_TYPE)
    assert answer.table("event_type", "count") == expected[:3]


@pytest.mark.parametrize("severity", [1, 5])
def test_events_of_one_severity_are_counted(ask: Ask, tables: Tables, severity: int) -> None:
    answer = ask(f"How many events have severity {severity}?")
    expected = tables.count("select count(*) from events where severity = ?", severity)
    assert answer.number() == expected > 0
    assert answer.says(expected)


def test_severities_are_ranked_by_their_number_of_events(ask: Ask, tables: Tables) -> None:
    answer = ask("Rank the number of events by severity.")
    assert answer.table("severity", "count") == tables.rows(
        "select severity, count(*) from events group by 1 order by 2 desc, 1"
    )


def test_events_of_the_last_day_of_the_data_are_counted(ask: Ask, tables: Tables) -> None:
    answer = ask("How many events happened in the last 24 hours?")
    expected = tables.count("select count(*) from events where hours_ago < 24")
    assert answer.number() == expected > 0
    assert answer.says(expected)


def test_today_begins_at_midnight_of_the_newest_data(ask: Ask, tables: Tables) -> None:
    answer = ask("How many events happened today?")
    expected = tables.count(
        "select count(*) from events"
        " where substr(at, 1, 10) = (select substr(max(at), 1, 10) from events)"
    )
    assert answer.number() == expected > 0
    assert answer.says(expected)


SEVERE_ON_ONE_SERVER = (
    "Summarise events of severity 2 and above on srv-erp-01 in the last 30 days."
)


def test_a_summary_of_events_lists_the_newest_of_them(ask: Ask, tables: Tables) -> None:
    answer = ask(SEVERE_ON_ONE_SERVER)
    shown = answer.table("occurred_at", "ci_code", "event_type", "severity", "title")
    assert shown == tables.rows(
        "select at, ci_code, event_type, severity, title from events"
        " where ci_code = 'srv-erp-01' and severity >= 2 and hours_ago < 30 * 24"
        " order by occurred_at desc limit ?",
        len(shown),
    )


def test_a_summary_of_events_counts_all_of_them(ask: Ask, tables: Tables) -> None:
    answer = ask(SEVERE_ON_ONE_SERVER)
    expected = tables.count(
        "select count(*) from events"
        " where ci_code = 'srv-erp-01' and severity >= 2 and hours_ago < 30 * 24"
    )
    assert answer.table_meta("occurred_at")["total"] == expected
    assert answer.says(expected)


def test_a_summary_of_events_counts_them_by_type_and_severity(ask: Ask, tables: Tables) -> None:
    answer = ask(SEVERE_ON_ONE_SERVER)
    shown = answer.table("event_type", "severity", "count")
    expected = tables.rows(
        "select event_type, severity, count(*) from events"
        " where ci_code = 'srv-erp-01' and severity >= 2 and hours_ago < 30 * 24 group by 1, 2"
    )
    assert sorted(map(str, shown)) == sorted(map(str, expected))


@pytest.mark.parametrize(
    ("question", "conditions"),
    [
        ("How many events have severity 5 (or 1)?", ("severity = 5", "severity = 1")),
        (
            "How many events happened in the last 24 hours / today?",
            (
                "hours_ago < 24",
                "substr(at, 1, 10) = (select substr(max(at), 1, 10) from events)",
            ),
        ),
    ],
)
def test_two_counts_are_answered_apart(
    ask: Ask, tables: Tables, question: str, conditions: tuple[str, str]
) -> None:
    answer = ask(question)
    query = "select count(*) from events where "
    expected = [tables.count(query + each) for each in conditions]
    assert answer.numbers() == expected
