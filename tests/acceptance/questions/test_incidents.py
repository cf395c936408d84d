"""The planted incidents can be found by asking."""

from datetime import timedelta
from math import ceil

import pytest

from adapters.estates.demo.incidents import DemoIncident, IncidentKind, demo_incidents
from tests.acceptance.demo import ANCHOR
from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

INCIDENTS = demo_incidents(anchor=ANCHOR)
OVERLOADS = [
    incident
    for incident in INCIDENTS
    if incident.kind in {IncidentKind.BAD_DEPLOYMENT, IncidentKind.FAILED_CHANGE}
]


def name_of(incident: DemoIncident) -> str:
    return f"{incident.kind}-{incident.ci_code}"


@pytest.mark.parametrize("incident", OVERLOADS, ids=name_of)
def test_the_events_since_a_bad_change_are_the_change_and_what_followed(
    ask: Ask, tables: Tables, incident: DemoIncident
) -> None:
    hours = ceil((ANCHOR - incident.started_at) / timedelta(hours=1)) + 1
    answer = ask(f"Show the events of {incident.ci_code} in the last {hours} hours.")
    shown = answer.table("occurred_at", "event_type", "severity", "title")
    planted = {entry.title for entry in incident.entries if entry.ci_id == incident.ci_code}
    assert shown == tables.rows(
        "select at, event_type, severity, title from events"
        " where ci_code = ? and hours_ago < ? order by occurred_at desc",
        incident.ci_code,
        hours,
    )
    assert planted <= {str(title) for *_, title in shown}


@pytest.mark.parametrize("incident", OVERLOADS, ids=name_of)
def test_the_load_of_the_day_of_a_bad_change_peaks_where_the_change_put_it(
    ask: Ask, tables: Tables, incident: DemoIncident
) -> None:
    day = f"{incident.started_at:%Y-%m-%d}"
    answer = ask(f"What was the highest CPU usage of {incident.ci_code} on {day}?")
    highest, at = tables.row(
        "select max(value), at from points where metric_name = 'cpu_usage' and ci_code = ?"
        " and substr(at, 1, 10) = ?",
        incident.ci_code,
        day,
    )
    assert answer.number() == highest
    assert isinstance(highest, float)
    assert answer.says(highest)
    assert incident.started_at.isoformat() < str(at) < incident.ended_at.isoformat()


@pytest.mark.parametrize("incident", OVERLOADS, ids=name_of)
def test_the_work_behind_a_bad_change_is_shown_with_its_result(
    ask: Ask, tables: Tables, incident: DemoIncident
) -> None:
    day = f"{incident.started_at:%Y-%m-%d}"
    answer = ask(f"Show the work of {incident.ci_code} on {day}.")
    shown = answer.table("started_at", "work_type", "summary", "result")
    assert shown == tables.rows(
        "select at, work_type, summary, result from works"
        " where ci_code = ? and substr(at, 1, 10) = ? order by started_at desc",
        incident.ci_code,
        day,
    )
    assert incident.work is not None
    assert incident.work.summary in {summary for _, _, summary, _ in shown}


def test_a_rebooted_server_has_fewer_points_than_a_day_has(ask: Ask, tables: Tables) -> None:
    incident = next(each for each in INCIDENTS if each.kind is IncidentKind.REBOOT)
    answer = ask(f"What was the average CPU usage of {incident.ci_code} in the last 24 hours?")
    average, samples = tables.row(
        "select avg(value), count(*) from points where metric_name = 'cpu_usage' and ci_code = ?"
        " and hours_ago < 24",
        incident.ci_code,
    )
    assert answer.number() == pytest.approx(average)
    assert f"{samples} metric points" in answer.text
    assert int(str(samples)) < 24 * 4


def test_the_server_that_is_always_busy_is_the_only_one_over_80_percent(ask: Ask) -> None:
    answer = ask("Show active servers, then only those with CPU of 80 % or more.")
    (incident,) = [each for each in INCIDENTS if each.kind is IncidentKind.SUSTAINED_LOAD]
    assert answer.table("ci_code", titled=">= 80") == [[incident.ci_code]]
