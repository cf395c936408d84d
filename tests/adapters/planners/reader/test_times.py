"""Times as people type them, as labels of the one time-range grammar."""

from datetime import UTC, datetime

import pytest

from adapters.planners.reader.times import times_of
from adapters.planners.reader.tokens import tokens_of
from adapters.planners.reader.words import words_of

NOW = datetime(2026, 11, 26, 10, 17, tzinfo=UTC)  # a Thursday


def labels(text: str) -> set[str]:
    """The times that a whole text means."""
    words = words_of("en")
    tokens = tokens_of(text, words.spelling)
    found = times_of(tokens, NOW, words).senses()
    return {
        each.value.label
        for each in found
        if (each.category, each.start, each.end) == ("TIME", 0, len(tokens))
    }


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("today", "2026-11-26"),
        ("yesterday", "2026-11-25"),
        ("in the last 24 hours", "last_24h"),
        ("in the past 2 weeks", "last_2w"),
        ("last 90 minutes", "last_90m"),
        ("this week", "2026-11-23..2026-11-29"),
        ("last week", "2026-11-16..2026-11-22"),
        ("this month", "2026-11"),
        ("last month", "2026-10"),
        ("in october", "2026-10"),
        ("in december", "2025-12"),
        ("last friday", "2026-11-20"),
        ("on monday", "2026-11-23"),
        ("3 days ago", "2026-11-23"),
        ("on nov 12", "2026-11-12"),
        ("12 november 2025", "2025-11-12"),
        ("between nov 10 and nov 15", "2026-11-10..2026-11-15"),
        ("yesterday between 8am and noon", "2026-11-25T08:00..2026-11-25T12:00"),
        ("between 2 and 4pm yesterday", "2026-11-25T14:00..2026-11-25T16:00"),
        ("yesterday from 10:00 to 11:00", "2026-11-25T10:00..2026-11-25T11:00"),
        ("after 9am today", "2026-11-26T09:00..2026-11-26T10:17:00Z"),
        ("today before 8:00", "2026-11-26T00:00..2026-11-26T08:00"),
        ("since yesterday noon", "2026-11-25T12:00..2026-11-26T10:17:00Z"),
        ("before november", "1970-01-01..2026-10-31"),
        ("this morning", "2026-11-26T00:00..2026-11-26T12:00"),
        ("in the first week of november", "2026-11-01..2026-11-07"),
        ("last weekend", "2026-11-21..2026-11-22"),
        ("in q3", "2026-07..2026-09"),
        ("at 14:30 yesterday", "2026-11-25T14:30..2026-11-25T14:31"),
        ("yesterday at 14:30", "2026-11-25T14:30..2026-11-25T14:31"),
        ("at 2pm on nov 20", "2026-11-20T14:00..2026-11-20T15:00"),
        ("at noon on nov 20", "2026-11-20T12:00..2026-11-20T13:00"),
        ("at 10 yesterday", "2026-11-25T10:00..2026-11-25T11:00"),
        ("around 14:30 yesterday", "2026-11-25T14:00..2026-11-25T15:00"),
        ("yesterday at about midnight", "2026-11-24T23:30..2026-11-25T00:30"),
        ("monday last week", "2026-11-16"),
        ("from monday to friday last week", "2026-11-16..2026-11-20"),
        ("from tuesday to thursday", "2026-11-24..2026-11-26"),
        ("from friday to tuesday", "2026-11-20..2026-11-24"),
        ("in the week of nov 11", "2026-11-09..2026-11-15"),
        ("the week starting nov 11", "2026-11-11..2026-11-17"),
        ("on the weekend of nov 14", "2026-11-14..2026-11-15"),
        ("nov 10 onwards", "2026-11-10..2026-11-26T10:17:00Z"),
        ("from nov 10 on", "2026-11-10..2026-11-26T10:17:00Z"),
        ("in the first half of october", "2026-10-01..2026-10-15"),
        ("in the second half of last month", "2026-10-16..2026-10-31"),
        ("in the second half of 2025", "2025-07..2025-12"),
        ("in early october", "2026-10-01..2026-10-10"),
        ("in late february", "2026-02-21..2026-02-28"),
        ("between the 3rd and the 5th", "2026-11-03..2026-11-05"),
        ("since the 9th", "2026-11-09..2026-11-26T10:17:00Z"),
        ("in the night of the 9th", "2026-11-09T20:00..2026-11-10T06:00"),
        ("monday night", "2026-11-23T20:00..2026-11-24T06:00"),
        ("a week ago", "2026-11-19"),
        ("3 weeks ago today", "2026-11-05"),
        ("since an hour ago", "2026-11-26T09:17:00Z..2026-11-26T10:17:00Z"),
        (
            "between 09:00+02:00 and 10:00+02:00 yesterday",
            "2026-11-25T09:00+02:00..2026-11-25T10:00+02:00",
        ),
        ("the night before last", "2026-11-24T20:00..2026-11-25T06:00"),
        ("on the weekend before last", "2026-11-14..2026-11-15"),
        ("between 1 and 15 november", "2026-11-01..2026-11-15"),
        ("from november 1 to 15", "2026-11-01..2026-11-15"),
        ("between the 1st and the 15th of october", "2026-10-01..2026-10-15"),
        ("in week 47", "2026-11-16..2026-11-22"),
        ("calendar week 52", "2025-12-22..2025-12-28"),
        ("week 2 2025", "2025-01-06..2025-01-12"),
        ("in the 3 days before yesterday", "2026-11-22..2026-11-24"),
        ("in the week before nov 10", "2026-11-03..2026-11-09"),
        ("in the two weeks after nov 1", "2026-11-02..2026-11-15"),
        ("the hour after noon yesterday", "2026-11-25T12:00:00..2026-11-25T13:00:00"),
        ("at 8 in the morning on nov 20", "2026-11-20T08:00..2026-11-20T09:00"),
        ("yesterday from 2 to 4 in the afternoon", "2026-11-25T14:00..2026-11-25T16:00"),
        ("on the first monday of november", "2026-11-02"),
        ("on the last friday of october", "2026-10-30"),
        ("in the last week of october", "2026-10-25..2026-10-31"),
        ("yesterday between noon and 2", "2026-11-25T12:00..2026-11-25T14:00"),
        ("since the beginning of october", "2026-10..2026-11-26T10:17:00Z"),
        ("since 22:00Z yesterday", "2026-11-25T22:00Z..2026-11-26T10:17:00Z"),
    ],
)
def test_a_time_is_read_as_a_label(text: str, label: str) -> None:
    assert label in labels(text)


@pytest.mark.parametrize(
    "text",
    [
        *("february 30", "25:00 yesterday", "last blue moon", "13/13"),
        *("week 54", "november 25 to 31", "at 24:30 yesterday"),
    ],
)
def test_an_impossible_time_is_none(text: str) -> None:
    assert labels(text) == set()


def test_after_a_time_of_a_past_day_may_end_with_that_day_or_now() -> None:
    assert labels("after 6 pm yesterday") == {
        "2026-11-25T18:00..2026-11-26T10:17:00Z",
        "2026-11-25T18:00..2026-11-26T00:00",
    }


def test_a_day_with_slashes_may_be_two() -> None:
    assert labels("11/12") == {"2026-11-12", "2025-12-11"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("before nov 10", {"1970-01-01..2026-11-09"}),
        ("until nov 10", {"1970-01-01..2026-11-10"}),
        ("up to nov 10", {"1970-01-01..2026-11-10"}),
        ("through yesterday", {"1970-01-01..2026-11-25"}),
        ("by nov 10", {"1970-01-01..2026-11-10"}),
        ("no later than nov 10", {"1970-01-01..2026-11-10"}),
        ("by the end of october", {"1970-01-01..2026-10"}),
        ("through october", {"1970-01-01..2026-10"}),
        ("through 2025", {"1970-01-01..2025-12"}),
        ("until october", {"1970-01-01..2026-09-30", "1970-01-01..2026-10"}),
        ("by 2025", {"1970-01-01..2024-12-31", "1970-01-01..2025-12"}),
    ],
)
def test_a_day_that_ends_a_time_is_within_it_and_a_month_may_be(
    text: str, found: set[str]
) -> None:
    assert labels(text) == found


@pytest.mark.parametrize("text", ["on the 3rd alarm", "since the 2nd deployment"])
def test_a_place_in_a_row_is_no_day(text: str) -> None:
    tokens = tokens_of(text, words_of("en").spelling)
    assert not [*times_of(tokens, NOW, words_of("en")).senses()]
