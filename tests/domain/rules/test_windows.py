"""Which windows an instant is in, by their definition, and when a schedule is due."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.rules.rule import Rule, Trigger, WrongRule
from domain.rules.schedule import due_at
from domain.rules.windows import SECOND, windows_of

DAY = 86_400
TIMES = st.lists(st.integers(1000, 1200), max_size=20).map(sorted)


def rule(trigger_type: str = "metric", **spec: Any) -> Rule:  # noqa: ANN401 - plain JSON
    return Rule.model_validate({"trigger_type": trigger_type, "trigger_spec": spec})


def windows(start: int, end: int, tried: Rule, times: list[int] | None = None) -> list[Any]:
    """Return the windows of seconds."""
    found = windows_of(tried, start * SECOND, end * SECOND, usual=60 * SECOND)
    spans = found.of([time * SECOND for time in times or []])
    return [(first / SECOND, last / SECOND) for first, last in spans]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1000, 1200))
def test_an_instant_is_in_every_window_that_the_definition_says(
    size: int, slide: int, instant: int
) -> None:
    size, slide = max(size, slide), min(size, slide)
    spec = {"type": "sliding", "size_seconds": size, "slide_seconds": slide}
    found = {
        span for span in windows(1000, 1200, rule(window=spec)) if span[0] <= instant < span[1]
    }
    by_definition = {
        (start, start + size)
        for start in range(900, 1300)
        if start % slide == 0 and start <= instant < start + size
    }
    expected = {span for span in by_definition if span[1] > 1000 and span[0] < 1200}
    assert found == expected


@given(st.integers(1, 50))
def test_tumbling_windows_share_nothing_and_leave_nothing_out(size: int) -> None:
    spans = windows(1000, 1200, rule(window={"size_seconds": size}))
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert spans[0][0] <= 1000
    assert spans[-1][1] >= 1200
    assert {start % size for start, _ in spans} == {0}


@given(TIMES, st.integers(1, 30))
def test_a_session_ends_when_nothing_comes_for_the_gap(times: list[int], gap: int) -> None:
    sessions: list[list[int]] = []
    for time in times:  # the definition, one at a time
        if sessions and time < sessions[-1][-1] + gap:
            sessions[-1].append(time)
        else:
            sessions.append([time])
    found = windows(1000, 1200, rule(window={"type": "session", "gap_seconds": gap}), times)
    assert found == [(of[0], of[-1] + gap) for of in sessions]


def test_a_rule_without_a_window_has_those_of_its_time_range() -> None:
    assert windows(1000, 1100, rule()) == [(960, 1020), (1020, 1080), (1080, 1140)]


def test_the_windows_before_make_the_baseline() -> None:
    found = windows_of(
        rule(anomaly={"baseline": 5}), 600 * SECOND, 660 * SECOND, usual=60 * SECOND
    )
    assert (found.baseline_count, len(found.spans or ())) == (5, 6)
    assert found.read_from == 300 * SECOND


@pytest.mark.parametrize(
    ("tried", "end", "said"),
    [
        (
            rule(window={"type": "sliding", "size_seconds": 60, "slide_seconds": 1}),
            300 * DAY,
            "10,000",
        ),
        (rule("schedule", interval_seconds=1), 7 * DAY, "the schedule gives more than 10,000"),
        (rule("schedule", cron="* * * * *"), 8 * DAY, "10,000"),
        (rule(), 367 * DAY, "time_range: at most 366 days"),
    ],
)
def test_too_many_windows_are_refused(tried: Rule, end: int, said: str) -> None:
    with pytest.raises(WrongRule, match=said):
        windows(0, end, tried)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"window": {"size_seconds": 0}}, "greater than or equal to 1"),
        ({"window": {}}, "a tumbling window has size_seconds"),
        ({"window": {"size_seconds": 5, "gap_seconds": 5}}, "and no more"),
        ({"window": {"type": "session", "gap_seconds": -1}}, "greater than or equal to 1"),
        ({"window": {"type": "sliding", "size_seconds": 5, "slide_seconds": 9}}, "at most size"),
        (
            {"aggregation": {"type": "percentile", "percentile_value": 150}},
            "less than or equal to 100",
        ),
        ({"aggregation": {"type": "percentile"}}, "percentile_value is there"),
        ({"op": ">"}, "op and threshold are there together"),
        ({"op": ">", "threshold": float("nan")}, "finite"),
        ({"op": ">", "threshold": True}, "should be a number"),
        ({"cron": "0 * * * *", "interval_seconds": 5}, "not both"),
        ({"cron": "61 * * * *"}, "minute of a cron is .* got '61'"),
        ({"cron": "*/0 * * * *"}, "minute"),
        ({"cron": "5-1 * * * *"}, "minute"),
        ({"cron": "0 0 * *"}, "five fields"),
        ({"colour": "red"}, "not permitted"),
    ],
)
def test_a_wrong_trigger_is_refused_with_what_is_allowed(spec: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(ValidationError, match=said):
        Trigger.model_validate(spec)


def test_a_figure_of_records_needs_a_field() -> None:
    with pytest.raises(ValidationError, match="avg of records needs a field"):
        rule("event", aggregation={"type": "avg"})


@given(
    *(st.sets(st.integers(low, high), min_size=1, max_size=3)
      for low, high in ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))),
    st.booleans(),
)  # fmt: skip
def test_a_cron_is_due_in_each_minute_that_its_fields_name(
    minutes: set[int], hours: set[int], days: set[int], months: set[int], weekdays: set[int],
    is_any_day: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:  # fmt: skip
    start = datetime(2026, 2, 26, tzinfo=UTC)
    listed = [",".join(map(str, field)) for field in (minutes, hours, days, months, weekdays)]
    listed[2] = "*" if is_any_day else listed[2]
    expected = []
    for number in range(3 * 24 * 60):
        at = start + timedelta(minutes=number)
        on_weekday = at.isoweekday() % 7 in weekdays
        on_day = on_weekday if is_any_day else on_weekday or at.day in days
        if at.minute in minutes and at.hour in hours and at.month in months and on_day:
            expected.append(at.timestamp())
    first = int(start.timestamp())
    assert list(due_at(" ".join(listed), first, first + 3 * DAY)) == expected


@pytest.mark.parametrize(
    ("cron", "count"),
    [
        ("*/15 * * * *", 96),
        ("0 8-10 * * *", 3),
        ("5/20 0 * * *", 3),
        ("0 0 * * 7", 1),
        ("0 0 31 2 *", 0),
        ("0 0 15 * 0", 1),  # the weekday will do
        ("0 0 1 * 1", 1),  # the day will do
        ("0 0 1 * *", 1),
        ("0 0 * * 1", 0),
    ],
)
def test_the_forms_of_cron_are_understood(cron: str, count: int) -> None:
    sunday = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    assert len(list(due_at(cron, sunday, sunday + DAY))) == count


def test_a_schedule_looks_back_from_when_it_is_due() -> None:
    assert windows(1000, 1400, rule("schedule", interval_seconds=200)) == [
        (940, 1000),
        (1140, 1200),
    ]
