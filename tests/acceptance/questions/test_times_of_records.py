"""Times that a record tells, judged by SQL: since its last reboot, before the alarm."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

HOUR = 3_600_000_000


@pytest.fixture
def rebooted(tables: Tables) -> tuple[str, int]:
    """The code of a server, and when it was rebooted last."""
    code, at = tables.row(
        "select ci_code, max(started_at) from maintenances where maint_type = 'reboot'"
        " group by ci_code having ci_code like 'srv-%' order by count(*) desc, ci_code limit 1"
    )
    return str(code), int(str(at))


@pytest.fixture
def alarmed(tables: Tables) -> tuple[str, int]:
    """The code of a server, and when its last alarm was."""
    code, at = tables.row(
        "select ci_code, max(occurred_at) from events where event_type = 'threshold_alarm'"
        " and ci_code like 'srv-%' group by ci_code order by count(*) desc, ci_code limit 1"
    )
    return str(code), int(str(at))


def test_since_its_last_reboot_counts_from_when_that_began(
    ask: Ask, tables: Tables, rebooted: tuple[str, int]
) -> None:
    (expected,) = tables.row(
        "select count(*) from events where ci_code = ? and occurred_at >= ?", *rebooted
    )
    answer = ask(f"how many events on {rebooted[0]} since its last reboot")
    assert answer.number() == expected
    assert "the time counts from" in answer.text


def test_the_record_itself_is_not_among_those_since_it(
    ask: Ask, tables: Tables, alarmed: tuple[str, int]
) -> None:
    (expected,) = tables.row(
        "select count(*) from events where ci_code = ? and occurred_at > ?", *alarmed
    )
    answer = ask(f"how many events on {alarmed[0]} since the last alarm on {alarmed[0]}")
    assert answer.number() == expected


def test_before_a_record_ends_where_it_begins(
    ask: Ask, tables: Tables, rebooted: tuple[str, int]
) -> None:
    (expected,) = tables.row(
        "select count(*) from works where ci_code = ? and started_at < ?", *rebooted
    )
    answer = ask(f"how much work on {rebooted[0]} before the last reboot of {rebooted[0]}")
    assert answer.number() == expected


def test_during_a_record_is_from_its_start_to_its_end(
    ask: Ask, tables: Tables, rebooted: tuple[str, int]
) -> None:
    (expected,) = tables.row(
        "select count(*) from events e join maintenances m on m.ci_code = e.ci_code"
        " and m.maint_type = 'reboot' where e.ci_code = ? and m.started_at = ?"
        " and e.occurred_at >= m.started_at and e.occurred_at <"
        " coalesce(m.ended_at, m.started_at + m.duration_min * 60000000)",
        *rebooted,
    )
    answer = ask(f"how many events on {rebooted[0]} during its last reboot")
    assert answer.number() == expected


def test_the_hour_before_a_record_is_just_that_hour(
    ask: Ask, tables: Tables, alarmed: tuple[str, int]
) -> None:
    code, at = alarmed
    (expected,) = tables.row(
        "select avg(value) from points where ci_code = ? and metric_name = 'cpu_usage'"
        " and measured_at >= ? and measured_at < ?",
        *(code, at - HOUR, at),
    )
    answer = ask(f"average cpu usage of {code} in the hour before the last alarm on {code}")
    assert answer.number() == pytest.approx(expected)


def test_what_went_down_tells_the_time_too(ask: Ask, tables: Tables) -> None:
    code, at = tables.row(
        "select ci_code, max(occurred_at) from events where message like '%is down%'"
        " group by ci_code order by count(*) desc, ci_code limit 1"
    )
    (expected,) = tables.row(
        "select count(*) from events where ci_code = ? and occurred_at >= ? and occurred_at < ?",
        *(code, int(str(at)) - 2 * HOUR, at),
    )
    answer = ask(f"how many events on {code} in the 2 hours before {code} went down")
    assert answer.number() == expected


def test_a_record_that_is_not_there_tells_no_time(ask: Ask, tables: Tables) -> None:
    (code,) = tables.row(
        "select min(ci_code) from items where ci_code not in"
        " (select ci_code from maintenances where maint_type = 'reboot')"
    )
    answer = ask(f"how many events on {code} since its last reboot")
    assert answer.error["code"] == "QUESTION_NOT_UNDERSTOOD"
    assert "that tell this time" in answer.text


def test_a_time_of_each_of_several_is_refused(ask: Ask) -> None:
    answer = ask("servers with events since their last reboot")
    assert "ask of one of them" in answer.text


def test_an_event_has_no_end(ask: Ask, tables: Tables) -> None:
    (code,) = tables.row("select min(ci_code) from events where message like '%is down%'")
    answer = ask(f"what happened during the outage of {code}")
    assert "It is not recorded how long" in answer.text
