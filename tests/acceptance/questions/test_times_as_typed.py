"""Times as operators type them, judged by SQL: clock times, weekdays, weeks, parts of months."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.demo import ANCHOR
from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

DAY = timedelta(days=1)
YESTERDAY = ANCHOR.replace(hour=0) - DAY  # the anchor is a Tuesday
MONDAY = YESTERDAY


def so_many(tables: Tables, start: datetime, end: datetime, where: str = "true") -> int:
    """Return how many events happened from one instant to another."""
    micros = (int(each.timestamp() * 1_000_000) for each in (start, end))
    counted = f"select count(*) from events where occurred_at >= ? and occurred_at < ? and {where}"
    (found,) = tables.row(counted, *micros)
    return int(str(found))


@pytest.mark.parametrize(
    ("time", "start", "end"),
    [
        ("at noon yesterday", YESTERDAY.replace(hour=12), YESTERDAY.replace(hour=13)),
        ("around 14:30 yesterday", YESTERDAY.replace(hour=14), YESTERDAY.replace(hour=15)),
        ("from 8 to 10 yesterday", YESTERDAY.replace(hour=8), YESTERDAY.replace(hour=10)),
        ("from monday to friday last week", MONDAY - 7 * DAY, MONDAY - 2 * DAY),
        ("from friday to sunday", MONDAY - 3 * DAY, MONDAY),
        ("in the week of june 17", datetime(2026, 6, 15, tzinfo=UTC), MONDAY - 7 * DAY),
        ("june 25 onwards", datetime(2026, 6, 25, tzinfo=UTC), ANCHOR + DAY),
        ("in the first half of june", datetime(2026, 6, 1, tzinfo=UTC), MONDAY - 13 * DAY),
        ("between the 3rd and the 5th", datetime(2026, 6, 3, tzinfo=UTC), MONDAY - 23 * DAY),
        ("in june before the 5th", datetime(2026, 6, 1, tzinfo=UTC), MONDAY - 24 * DAY),
        (
            "in the night of the 9th",
            datetime(2026, 6, 9, 20, tzinfo=UTC),
            datetime(2026, 6, 10, 6, tzinfo=UTC),
        ),
        ("a week ago", MONDAY - 6 * DAY, MONDAY - 5 * DAY),
        (
            "between 09:00+02:00 and 11:00+02:00 yesterday",
            YESTERDAY.replace(hour=7),
            YESTERDAY.replace(hour=9),
        ),
    ],
)
def test_events_of_a_time_are_counted_as_it_is_meant(
    ask: Ask, tables: Tables, time: str, start: datetime, end: datetime
) -> None:
    expected = so_many(tables, start, end)
    assert expected
    assert ask(f"how many events {time}").number() == expected


@pytest.mark.parametrize(
    ("time", "claim"),
    [
        ("on weekdays", "strftime('%w', at) between '1' and '5'"),
        ("at weekends", "strftime('%w', at) in ('0', '6')"),
        ("on mondays and fridays", "strftime('%w', at) in ('1', '5')"),
        ("at night", "(strftime('%H', at) >= '20' or strftime('%H', at) < '06')"),
        (
            "outside office hours",
            "not (strftime('%w', at) between '1' and '5'"
            " and strftime('%H', at) between '09' and '16')",
        ),
    ],
)
def test_what_recurs_is_asked_by_what_the_clock_showed(
    ask: Ask, tables: Tables, time: str, claim: str
) -> None:
    june = datetime(2026, 6, 1, tzinfo=UTC)
    ever = so_many(tables, june - 90 * DAY, ANCHOR + DAY, claim)
    assert ask(f"how many events {time}").number() == ever
    assert ask(f"how many events {time} in june").number() == so_many(tables, june, ANCHOR, claim)


def test_events_are_counted_per_weekday(ask: Ask, tables: Tables) -> None:
    (mondays,) = tables.row("select count(*) from events where strftime('%w', at) = '1'")
    assert ["Monday", mondays] in ask("events per weekday").table("weekday", "count")


def test_the_busiest_weekday_is_that_of_most_events(ask: Ask, tables: Tables) -> None:
    names = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
    (day,) = tables.row(
        "select strftime('%w', at) from events group by 1 order by count(*) desc limit 1"
    )
    assert names[int(str(day))] in ask("what is the busiest weekday for events").text


def test_the_day_with_most_events_is_named(ask: Ask, tables: Tables) -> None:
    day, count = tables.row(
        "select substr(at, 1, 10), count(*) from events group by 1 order by 2 desc limit 1"
    )
    answer = ask("the day with most events")
    assert f"{count} from {day}" in answer.text


@pytest.mark.parametrize("words", ["between 4 and 5", "from 4 to 5"])
def test_numbers_behind_a_field_are_no_hours(ask: Ask, tables: Tables, words: str) -> None:
    expected = so_many(
        tables, YESTERDAY, YESTERDAY + DAY, "event_type = 'status_change' and severity >= 4"
    )
    answer = ask(f"how many status changes with severity {words} yesterday")
    assert answer.number() == expected
