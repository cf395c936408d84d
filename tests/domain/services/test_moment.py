"""At which version a run is looked at."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.aggregate.envelope import RecordedEvent
from domain.errors import NoSuchVersion, NotAMoment, NotYetRequested
from domain.services.moments import Moment, moment_of, version_at
from tests.domain.views.histories import RUNNING, history
from tests.fakes import NOON

RECORDED = [RecordedEvent("main", each.position, each.envelope) for each in history(RUNNING)]
"""The first at noon, each of the others 10 ms after the one before."""

LAST_OF_THE_DAY = datetime(2026, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12", 12),
        ("0", 0),
        ("now", NOON),
        ("-5m", NOON - timedelta(minutes=5)),
        ("-1.5h", NOON - timedelta(minutes=90)),
        ("2026-03-01T11:00:00Z", NOON - timedelta(hours=1)),
        ("2026-03-01T11:00", NOON - timedelta(hours=1)),
        ("2026-03-01 11:00:00", NOON - timedelta(hours=1)),
        ("today", LAST_OF_THE_DAY),
        ("2026-03-01", LAST_OF_THE_DAY),
        ("yesterday", LAST_OF_THE_DAY - timedelta(days=1)),
        ("2026-02", LAST_OF_THE_DAY - timedelta(days=1)),
        ("2026-03-01T11:00:00.000500+02:00", datetime(2026, 3, 1, 9, 0, 0, 500, tzinfo=UTC)),
    ],
)
def test_a_moment_is_a_version_or_a_time(text: str, moment: Moment) -> None:
    assert moment_of(text, now=NOON) == moment


@pytest.mark.parametrize(
    "text",
    ["", "noon", "-5", "+5", "5m", "1.5", "9" * 10, "9" * 5000, "2026-02-30", "2026-13-01T00:00"],
)
def test_what_is_neither_a_version_nor_a_time_is_refused(text: str) -> None:
    with pytest.raises(NotAMoment, match="is neither a version nor a time; possible: a version"):
        moment_of(text, now=NOON)


@pytest.mark.parametrize(
    ("after_ms", "version"), [(0, 1), (9.999, 1), (10, 2), (25, 3), (10_000_000, len(RECORDED))]
)
def test_an_instant_means_the_last_event_until_then(after_ms: float, version: int) -> None:
    assert version_at(NOON + timedelta(milliseconds=after_ms), RECORDED) == version


def test_an_instant_may_be_of_any_zone() -> None:
    east = timezone(timedelta(hours=9))
    assert version_at((NOON + timedelta(milliseconds=10)).astimezone(east), RECORDED) == 2


def test_before_its_first_event_there_is_no_run() -> None:
    with pytest.raises(NotYetRequested, match="its first one is of 2026-03-01T12:00:00"):
        version_at(NOON - timedelta(microseconds=1), RECORDED)


def test_that_there_is_no_run_yet_is_told_in_the_zone_of_who_asks() -> None:
    now = NOON.astimezone(timezone(timedelta(hours=9)))
    told = r"at 2026-03-01T20:00:00\+09:00; its first one is of 2026-03-01T21:00:00\.0*\+09:00"
    with pytest.raises(NotYetRequested, match=told):
        version_at(moment_of("2026-03-01T20:00", now=now), RECORDED)


@pytest.mark.parametrize("version", [1, len(RECORDED)])
def test_a_version_of_the_run_is_itself(version: int) -> None:
    assert version_at(version, RECORDED) == version


@pytest.mark.parametrize("version", [0, len(RECORDED) + 1])
def test_a_version_that_the_run_does_not_have_is_refused(version: int) -> None:
    with pytest.raises(NoSuchVersion, match=f"has versions 1 to {len(RECORDED)}, not {version}"):
        version_at(version, RECORDED)
