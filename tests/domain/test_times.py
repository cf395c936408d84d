"""Times as people write them and as they are stored."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.time_zones import zone_of
from domain.times import (
    absolute_instant_of,
    days_of,
    duration_text,
    instant_of,
    local_text,
    milliseconds_between,
    recorded_text,
    span_of,
    spent_text,
    to_the_second,
)
from tests.fakes import NOON

BERLIN = timezone(timedelta(hours=1))
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns")


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("500ms", 500), ("2s", 2000), ("1.5m", 90_000), ("1h", 3_600_000), ("1w", 604_800_000)],
)
def test_a_span_is_a_number_with_its_unit(text: str, milliseconds: int) -> None:
    assert span_of(text) == timedelta(milliseconds=milliseconds)


@pytest.mark.parametrize("text", ["", "5", "h", "-5m", "5 m", "5M", "1.5.2s", "2y"])
def test_another_text_is_no_span(text: str) -> None:
    assert span_of(text) is None


@pytest.mark.parametrize("text", ["2026-03-01T13:00+01:00", "2026-03-01t12:00z", "20260301T12Z"])
def test_an_instant_is_given_in_utc(text: str) -> None:
    assert instant_of(text, now=NOON) == NOON


def test_an_instant_without_an_offset_is_of_the_zone() -> None:
    assert instant_of("2026-03-01 13:00", now=NOON.astimezone(BERLIN)) == NOON
    assert absolute_instant_of("2026-03-01 13:00", zone=None) is None


def test_a_time_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(ValueError, match="day"):
        days_of("2026-02-30", now=NOON)
    with pytest.raises(ValueError, match="month"):
        days_of("2026-13", now=NOON)
    with pytest.raises(ValueError, match="hour"):
        instant_of("2026-03-01T25:00", now=NOON)
    with pytest.raises(OverflowError):
        instant_of("-999999999w", now=NOON)


def test_instants_are_recorded_in_utc_with_microseconds() -> None:
    at = datetime(2026, 3, 1, 13, tzinfo=BERLIN)
    assert recorded_text(at) == recorded_text(at.astimezone(UTC)) == "2026-03-01T12:00:00.000000Z"


def test_a_recorded_instant_is_shown_to_the_second() -> None:
    assert to_the_second("2026-03-01T12:00:00.123456Z") == "2026-03-01T12:00:00Z"


def test_between_recorded_instants_are_milliseconds() -> None:
    start, end = "2026-03-01T12:00:00.000000Z", "2026-03-01T12:00:01.000500Z"
    assert milliseconds_between(start, end) == 1000.5


@pytest.mark.parametrize(
    ("duration_ms", "text"),
    [
        (0, "0.0 ms"),
        (0.012, "0.012 ms"),
        (9.94, "9.9 ms"),
        (43.4, "43 ms"),
        (1250, "1.25 s"),
        (125_000, "2 min 05 s"),
        (3_600_000, "1 h 00 min"),
        (47.5 * 3_600_000, "47 h 30 min"),
        (100 * 3_600_000, "4 d 4 h"),
        (3e14, "3472222 d"),
    ],
)
def test_a_duration_has_a_fitting_unit_and_is_short(duration_ms: float, text: str) -> None:
    assert duration_text(duration_ms) == text
    assert len(text) <= 11


@pytest.mark.parametrize(
    ("worked_ms", "waited_ms", "text"),
    [(43, 900, "43 ms"), (43, 8000, "43 ms (and waited 8.00 s)"), (None, 8000, None)],
)
def test_a_long_wait_is_told_beside_the_work(
    worked_ms: float | None, waited_ms: float, text: str | None
) -> None:
    assert spent_text(worked_ms, waited_ms) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-03-29 02:30", "did not happen .*03:30:00.02:00 or 2026-03-29T01:30:00.01:00"),
        ("2026-10-25 02:30", "happened twice .*02:30:00.02:00 or 2026-10-25T02:30:00.01:00"),
    ],
)
def test_a_clock_time_that_a_change_of_clocks_leaves_unclear_is_refused(
    text: str, says: str
) -> None:
    now = NOON.astimezone(ZoneInfo("Europe/Berlin"))
    with pytest.raises(ValueError, match=says):
        instant_of(text, now=now)
    assert instant_of(f"{text}+01:00", now=now) == instant_of(f"{text}+01:00", now=NOON)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),  # it begins at 1 o'clock
        ("America/Havana", "2026-11-01", 25),  # its first hour comes twice
        ("Pacific/Apia", "2011-12-30", 0),  # it was left out
    ],
)
def test_days_are_as_long_as_the_clocks_of_their_zone_make_them(
    zone: str, day: str, hours: int
) -> None:
    window = days_of(day, now=NOON.astimezone(ZoneInfo(zone)))
    assert window is not None
    assert window.end - window.start == timedelta(hours=hours)


def test_today_is_the_day_of_the_zone() -> None:
    window = days_of("today", now=NOON.astimezone(ZoneInfo("Pacific/Kiritimati")))
    assert window is not None
    assert recorded_text(window.start) == "2026-03-01T10:00:00.000000Z"


@given(st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 - hypothesis wants them so
def test_a_time_that_is_shown_is_read_as_the_same(at: datetime, zone: str) -> None:
    recorded = recorded_text(at.replace(tzinfo=UTC))
    shown = local_text(recorded, zone_of(zone))
    assert instant_of(shown, now=NOON) == at.replace(tzinfo=UTC)


def test_in_utc_a_time_is_shown_as_it_is_recorded() -> None:
    assert local_text("2026-03-01T12:00:00Z", UTC) == "2026-03-01T12:00:00Z"
    assert local_text("2026-03-01T12:00:00Z", BERLIN) == "2026-03-01T13:00:00+01:00"
