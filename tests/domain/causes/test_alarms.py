from datetime import UTC, datetime, timedelta

from domain.causes.alarms import Alarm, Alarms, densest
from domain.times import Window

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEEKS = timedelta(days=14)


def found(
    hours: list[float], *, severity: int = 3, past: dict[int, int], length: int = 2
) -> Alarms:
    alarms = [Alarm(NOON + hour * HOUR, severity, {"id": f"{hour}"}) for hour in hours]
    return densest(alarms, past, Window(NOON, NOON + length * HOUR), past=WEEKS)


def test_alarms_as_many_as_always_say_nothing() -> None:
    assert found([0, 1], past={3: 336}).score == 0


def test_more_alarms_than_usual_say_more_the_more_there_are() -> None:
    one, two, three = (found([0.1 * n for n in range(many)], past={3: 9}) for many in (1, 2, 3))
    assert 0 < one.score < two.score < three.score


def test_severe_alarms_where_such_are_usual_say_less() -> None:
    usual, new = (found([1], severity=5, past=past) for past in ({5: 20}, {3: 20}))
    assert usual.score < new.score


def test_of_a_day_those_count_that_are_dense() -> None:
    day = found([1, 5, 9, 9.5, 10, 20], past={3: 9}, length=24)
    assert [each.at for each in day.those] == [NOON + hour * HOUR for hour in (9, 9.5, 10)]


def test_in_a_long_window_as_many_alarms_say_less() -> None:
    short, long = (found([1, 1.5], past={3: 9}, length=length) for length in (2, 48))
    assert 0 < long.score < short.score


def test_alarms_are_told_by_severity() -> None:
    assert found([0, 1], severity=4, past={}).by_severity == {4: 2}
