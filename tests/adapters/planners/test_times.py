"""Words for spans of time, on 2026-01-01 at 9 o'clock, a Thursday."""

from zoneinfo import ZoneInfo

import pytest

from domain.plan.time_range import parse_time_range
from domain.query.model import Query
from tests.adapters.planners.asking import ask, query_of
from tests.adapters.planners.vocabularies import NOW

SPANS = {
    "in the last 24 hours": "last_24h",
    "in the past 7 days": "last_7d",
    "within the last two weeks": "last_2w",
    "in the last 30 minutes": "last_30m",
    "in the past hour": "last_1h",
    "today": "2026-01-01",
    "yesterday": "2025-12-31",
    "last month": "2025-12",
    "last year": "2025-01..2025-12",
    "in 2025": "2025-01..2025-12",
    "in December": "2025-12",
    "in January": "2026-01",
    "in December 2024": "2024-12",
    "in 2025-12": "2025-12",
    "on 2025-12-24": "2025-12-24",
    "on 24 December": "2025-12-24",
    "on December 24th, 2024": "2024-12-24",
    "between 2025-12-01 and 2025-12-31": "2025-12-01..2025-12-31",
    "from 2025-12-01 to 2025-12-07": "2025-12-01..2025-12-07",
}


def window(label: str | None) -> object:
    assert label is not None
    return parse_time_range(label, now=NOW).window


@pytest.mark.parametrize(("words", "span"), SPANS.items())
def test_words_for_a_time_become_that_time(words: str, span: str) -> None:
    (only,) = query_of(f"How many events happened {words}?").asks
    assert window(only.of[0].time) == window(span)


def test_without_a_time_history_is_counted_from_its_beginning() -> None:
    assert query_of("How many events happened?").asks[0].of[0].time is None


def test_without_a_time_a_metric_is_that_of_a_day() -> None:
    assert query_of("average cpu of all servers").asks[0].of[0].time == "last_24h"


@pytest.mark.parametrize(
    ("words", "span"),
    [("today", "2025-12-31"), ("this month", "2025-12"), ("yesterday", "2025-12-30")],
)
def test_where_it_is_the_day_before_days_are_counted_from_there(words: str, span: str) -> None:
    behind = NOW.astimezone(ZoneInfo("Pacific/Pago_Pago"))
    plan = ask(f"How many events happened {words}?", now=behind).plan
    assert plan is not None
    (only,) = Query.model_validate(plan.query).asks
    assert only.of[0].time is not None
    start = parse_time_range(only.of[0].time, now=behind).window.start
    assert start == parse_time_range(span, now=behind).window.start
