from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.causes.alarms import Alarm, Alarms
from domain.causes.candidates import Candidate, Seen, Surroundings, ranked
from domain.causes.changes import Change
from domain.causes.series import Unusual

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def rise(score: float, metric: str = "cpu_usage") -> Unusual:
    return Unusual(metric, "rise", NOON, NOON + timedelta(hours=1), score, 95.0, 40.0)


def fall(score: float) -> Unusual:
    return Unusual("disk_io", "fall", NOON, NOON + timedelta(hours=1), score, 1.0, 9.0)


def alarmed(ci_id: str, distance: int, *, count: int = 3) -> Seen:
    alarm = Alarm(NOON, 5, {"id": "event_log:e-1"})
    return Seen(ci_id, distance, alarms=Alarms([alarm] * count, 2, 3.0 + count))


def change(ci_id: str, result: str | None = None) -> Change:
    return Change(
        ci_id=ci_id,
        ci_code=ci_id,
        at=NOON,
        kind="deployment",
        what="",
        reference={"id": "work_history:w-1"},
        result=result,
    )


def names(found: list[Candidate]) -> list[str]:
    return [each.seen.ci_id for each in found]


APP_ON_HOST = Surroundings(needs={"app": {"host"}}, guests={"host": {"app"}})
APP_NEEDS_DB = Surroundings(needs={"app": {"db"}})


def test_nothing_unusual_is_no_candidate() -> None:
    assert ranked([Seen("app", 0), Seen("db", 1)], APP_NEEDS_DB) == []


def test_a_change_alone_is_no_candidate() -> None:
    assert ranked([Seen("app", 0, changes=[change("app", "failed")])], Surroundings()) == []


def test_what_is_needed_explains_the_alarms_of_what_needs_it() -> None:
    items = [alarmed("app", 0), Seen("db", 1, [rise(8.0)])]
    assert names(ranked(items, APP_NEEDS_DB)) == ["db"]


def test_what_runs_on_a_host_explains_its_load() -> None:
    items = [Seen("host", 0, [rise(7.0)]), Seen("app", 1, [rise(6.0)])]
    assert names(ranked(items, APP_ON_HOST)) == ["app"]


def test_load_of_another_metric_is_not_explained() -> None:
    items = [Seen("host", 0, [rise(7.0, "memory_usage")]), Seen("app", 1, [rise(3.0)])]
    assert names(ranked(items, APP_ON_HOST))[0] == "host"


def test_a_host_that_does_less_for_a_failed_storage_is_a_symptom() -> None:
    around = Surroundings(needs={"app": {"host"}, "host": {"storage"}})
    items = [alarmed("app", 0, count=1), Seen("host", 1, [fall(9.0)]), alarmed("storage", 2)]
    assert names(ranked(items, around))[0] == "storage"


def test_of_two_that_are_alike_the_nearer_is_first() -> None:
    items = [Seen("far", 3, [rise(6.0)]), Seen("near", 1, [rise(6.0)])]
    assert names(ranked(items, Surroundings())) == ["near", "far"]


def test_a_change_that_went_badly_raises_more_than_one_that_went_well() -> None:
    plain = Seen("app", 0, [rise(5.0)])
    scores = [
        ranked([replace(plain, changes=changes)], Surroundings())[0].score
        for changes in ([], [change("app", "success")], [change("app", "failed")])
    ]
    assert scores == sorted(set(scores))


def test_an_alarm_far_away_that_nothing_asked_about_feels_is_no_candidate() -> None:
    around = Surroundings(needs={"app": {"host"}, "host": {"storage"}})
    items = [Seen("app", 0), alarmed("host", 1, count=1), alarmed("storage", 2, count=1)]
    assert ranked(items, around) == []


def test_items_that_need_each_other_end() -> None:
    around = Surroundings(needs={"a": {"b"}, "b": {"a"}})
    assert around.all_needs("a") == {"b"}


def test_the_worst_series_says_since_when() -> None:
    late = replace(rise(9.0, "memory_usage"), started_at=NOON + timedelta(hours=2))
    assert Seen("app", 0, [rise(3.0), late]).since == NOON + timedelta(hours=2)
