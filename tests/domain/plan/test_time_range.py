from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.plan.time_range import WrongTimeRange, parse_time_range, suggest_bucket_seconds
from domain.times import Window

NOW = datetime(2026, 3, 5, 10, 30, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")


def window(start: str, end: str) -> Window:
    return Window(datetime.fromisoformat(f"{start}Z"), datetime.fromisoformat(f"{end}Z"))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("last_90m", "2026-03-05T09:00", "2026-03-05T10:30"),
        ("last_24h", "2026-03-04T10:30", "2026-03-05T10:30"),
        ("last_7d", "2026-02-26T10:30", "2026-03-05T10:30"),
        ("last_2w", "2026-02-19T10:30", "2026-03-05T10:30"),
        ("today", "2026-03-05T00:00", "2026-03-06T00:00"),
        ("yesterday", "2026-03-04T00:00", "2026-03-05T00:00"),
        ("2025-12-31", "2025-12-31T00:00", "2026-01-01T00:00"),
        ("2025-12", "2025-12-01T00:00", "2026-01-01T00:00"),
        ("2024-02", "2024-02-01T00:00", "2024-03-01T00:00"),
        ("2025-12-01..2025-12-31", "2025-12-01T00:00", "2026-01-01T00:00"),
        ("2025-11 .. 2025-12", "2025-11-01T00:00", "2026-01-01T00:00"),
        ("2025-12-01T10:00..2025-12-01T11:30", "2025-12-01T10:00", "2025-12-01T11:30"),
        ("2025-12-01T10:00+09:00..2025-12-01", "2025-12-01T01:00", "2025-12-02T00:00"),
        ("yesterday..2026-03-05T09:00", "2026-03-04T00:00", "2026-03-05T09:00"),
        ("2026-03-01..now", "2026-03-01T00:00", "2026-03-05T10:30"),
        ("-2h..-30m", "2026-03-05T08:30", "2026-03-05T10:00"),
        (" LAST_24H ", "2026-03-04T10:30", "2026-03-05T10:30"),
        ("2025-12-01t10:00z..2025-12-02", "2025-12-01T10:00", "2025-12-03T00:00"),
    ],
)
def test_a_text_names_a_half_open_window(text: str, start: str, end: str) -> None:
    assert parse_time_range(text, now=NOW).window == window(start, end)


def test_the_label_is_the_text_that_was_asked_for() -> None:
    assert parse_time_range(" last_7d ", now=NOW).label == "last_7d"


def test_all_time_holds_the_past_and_what_is_planned() -> None:
    span = parse_time_range("all_time", now=NOW).window
    assert span.start == datetime(1970, 1, 1, tzinfo=UTC)
    assert span.end > NOW + timedelta(days=365_000)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-03-04T15:00", "2026-03-05T15:00"),
        ("2025-12", "2025-11-30T15:00", "2025-12-31T15:00"),
        ("2025-12-01T09:00..2025-12-01T10:00", "2025-12-01T00:00", "2025-12-01T01:00"),
        ("last_1h", "2026-03-05T09:30", "2026-03-05T10:30"),
    ],
)
def test_days_and_instants_without_offset_are_those_of_the_zone(
    text: str, start: str, end: str
) -> None:
    assert parse_time_range(text, now=NOW.astimezone(SEOUL)).window == window(start, end)


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    day = parse_time_range("2026-03-29", now=NOW.astimezone(BERLIN)).window
    assert day.end - day.start == timedelta(hours=23)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not understood"),
        ("soon", "is not understood"),
        ("last_7y", "is not understood"),
        ("last_d", "is not understood"),
        ("2025-12-01..", "is not understood"),
        ("..", "is not understood"),
        ("2025-12-01..all_time", "is not understood"),
        ("12/01/2025", "is not understood"),
        ("last_0h", "is empty"),
        ("2025-12-02..2025-12-01", "is empty"),
        ("2025-12-01T10:00..2025-12-01T10:00", "is empty"),
        ("2025-13", "is not a possible time"),
        ("2025-02-30", "is not a possible time"),
        ("2025-12-01T25:00..2025-12-02", "is not a possible time"),
        ("last_999999999999w", "is not a possible time"),
        ("last_999999w", "is not a possible time"),
        ("9999-12", "is not a possible time"),
    ],
)
def test_what_names_no_window_is_refused_with_the_grammar(text: str, reason: str) -> None:
    with pytest.raises(WrongTimeRange) as refused:
        parse_time_range(text, now=NOW)
    assert f"time_range {text!r} {reason}" in str(refused.value)
    assert "allowed: last_<n><m|h|d|w>" in str(refused.value)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_window_or_refused(text: str) -> None:
    try:
        span = parse_time_range(text, now=NOW).window
    except WrongTimeRange:
        return
    assert span.start < span.end


@settings(deadline=None)
@given(seconds=st.integers(1, 400_000_000_000), at_most=st.integers(1, 1000))
def test_buckets_cover_the_window_and_are_not_too_many(seconds: int, at_most: int) -> None:
    year_one = datetime(1, 1, 1, tzinfo=UTC)
    span = Window(year_one, year_one + timedelta(seconds=min(seconds, 300_000_000_000)))
    bucket = suggest_bucket_seconds(span, at_most=at_most)
    assert bucket * at_most >= (span.end - span.start).total_seconds()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("last_1h", 60), ("last_24h", 600), ("last_7d", 3600), ("2025-12", 21_600)],
)
def test_the_suggested_bucket_is_a_customary_one(text: str, seconds: int) -> None:
    assert suggest_bucket_seconds(parse_time_range(text, now=NOW).window) == seconds
