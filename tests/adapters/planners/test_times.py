"""Words for spans of time, on 2026-01-01 at 9 o'clock, a Thursday."""

from zoneinfo import ZoneInfo

import pytest

from domain.plan.time_range import parse_time_range
from tests.adapters.planners.asking import ask, plan_of
from tests.adapters.planners.vocabularies import NOW

SPANS = {
    "in the last 24 hours": "last_24h",
    "in the past 7 days": "last_7d",
    "within the last two weeks": "last_2w",
    "in the last 30 minutes": "last_30m",
    "in the past hour": "last_1h",
    "in the past week": "last_7d",
    "today": "today",
    "yesterday": "yesterday",
    "this week": "2025-12-29..2026-01-01",
    "last week": "2025-12-22..2025-12-28",
    "this month": "2026-01",
    "last month": "2025-12",
    "this year": "2026-01..2026-12",
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
    "2025-12-01..2025-12-07": "2025-12-01..2025-12-07",
    "since 2025-12-20": "2025-12-20..2026-01-01T09:00:00Z",
    "since yesterday": "2025-12-31..2026-01-01T09:00:00Z",
}


@pytest.mark.parametrize(("words", "span"), SPANS.items())
def test_words_for_a_time_become_a_time_range(words: str, span: str) -> None:
    assert plan_of(f"How many events happened {words}?").aggregate.time_range == span


@pytest.mark.parametrize("span", sorted(set(SPANS.values())))
def test_every_time_range_can_be_read_by_the_tools(span: str) -> None:
    assert parse_time_range(span, now=NOW).label == span


def test_without_a_time_history_is_counted_from_its_beginning() -> None:
    assert plan_of("How many events happened?").aggregate.time_range == "all_time"


def test_without_a_time_recent_events_are_those_of_a_week() -> None:
    assert plan_of("Show recent events").history.time_range == "last_7d"


def test_without_a_time_a_metric_is_that_of_a_day() -> None:
    metric = plan_of("average cpu of all servers").metric
    assert metric is not None
    assert metric.time_range == "last_24h"


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("today", "today"),
        ("this week", "2025-12-29..2025-12-31"),
        ("this month", "2025-12"),
        ("last year", "2024-01..2024-12"),
        ("since yesterday", "2025-12-30..2026-01-01T09:00:00Z"),
    ],
)
def test_where_it_is_the_day_before_days_are_counted_from_there(words: str, span: str) -> None:
    behind = NOW.astimezone(ZoneInfo("Pacific/Pago_Pago"))
    plan = ask(f"How many events happened {words}?", now=behind).plan
    assert plan is not None
    assert plan.aggregate.time_range == span
    assert parse_time_range(span, now=behind).label == span
