from datetime import UTC, datetime, timedelta

import pytest

from domain.causes.changes import Change, is_change, nearest_first, shortly_before

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def change(record: str, minutes: int, *, distance: int = 0, result: str | None = None) -> Change:
    return Change(
        ci_id="app",
        ci_code="app",
        at=NOON + timedelta(minutes=minutes),
        kind="deployment",
        what="",
        reference={"id": record},
        distance=distance,
        result=result,
    )


def records(changes: list[Change]) -> list[object]:
    return [each.reference["id"] for each in changes]


@pytest.mark.parametrize("event_type", ["deployment", "status_change", "Config.Updated", "reboot"])
def test_such_entries_tell_of_changes(event_type: str) -> None:
    assert is_change(event_type)


@pytest.mark.parametrize("event_type", ["threshold_alarm", "health_check", "security_alert"])
def test_such_entries_tell_of_none(event_type: str) -> None:
    assert not is_change(event_type)


def test_the_nearest_are_first_and_of_those_the_latest() -> None:
    told = [change("far", -1, distance=2), change("early", -50), change("late", -5)]
    assert records(nearest_first(told, to=NOON)) == ["late", "early", "far"]


def test_a_change_long_before_has_nothing_to_do_with_it() -> None:
    told = [change("long", -300), change("short", -30), change("after", 60)]
    assert records(shortly_before(told, NOON, ci_id="app")) == ["short"]


def test_of_the_changes_before_those_that_went_badly_are_first() -> None:
    told = [change("near", -1), change("good", -20, result="success")]
    told.append(change("bad", -90, result="failed"))
    assert records(shortly_before(told, NOON, ci_id="app")) == ["bad", "good", "near"]


def test_changes_of_others_are_not_its_own() -> None:
    assert shortly_before([change("w", -1)], NOON, ci_id="db") == []
