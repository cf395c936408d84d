from typing import Any

import pytest

from domain.run.events import HistoryEntry, RunEvent
from domain.run.summary import outcome_of, summarise, summary_of
from tests.domain.run.samples import (
    CANCELLED,
    EXECUTING,
    FAILED,
    RESUMED,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
)
from tests.domain.views.histories import BROKEN, PARTIAL, REFUSED, RUNNING, STOPPED, history


def shown(entries: list[HistoryEntry], *names: str) -> tuple[Any, ...]:
    summary = summarise(entries)
    return tuple(getattr(summary, name) for name in names)


@pytest.mark.parametrize(
    ("events", "state", "status"),
    [
        (PARTIAL, "completed", "partial"),
        (REFUSED, "rejected", None),
        (BROKEN, "failed", None),
        (STOPPED, "cancelled", None),
        (RUNNING, "execute", None),
    ],
)
def test_a_summary_says_where_the_run_is(
    events: list[RunEvent], state: str, status: str | None
) -> None:
    assert shown(history(events), "state", "status") == (state, status)


def test_a_summary_says_who_asked_what_and_when() -> None:
    assert shown(
        history(PARTIAL), "tenant_id", "run_id", "question", "actor_kind", "actor_id"
    ) == ("acme", "run-1", "Which servers are there?", "person", "ada")


def test_a_summary_says_when_the_run_began_moved_and_ended() -> None:
    assert shown(history(BROKEN), "requested_at", "updated_at", "ended_at", "duration_ms") == (
        "2026-03-01T12:00:00.000000Z",
        "2026-03-01T12:00:00.130000Z",
        "2026-03-01T12:00:00.130000Z",
        120,
    )


def test_a_failed_run_that_is_cancelled_ended_when_it_failed() -> None:
    summary = summary_of(history([*BROKEN, CANCELLED]))
    assert (summary.state, outcome_of(summary)) == ("cancelled", "cancelled")
    assert (summary.ended_at, summary.duration_ms) == ("2026-03-01T12:00:00.130000Z", 120)
    assert (summary.error_code, summary.version) == ("TOOL_TIMEOUT", len(BROKEN) + 1)


def test_a_run_that_is_under_way_has_no_end() -> None:
    assert shown(history(RUNNING), "ended_at", "duration_ms") == (None, None)


def test_a_summary_names_planner_and_route() -> None:
    assert shown(history(PARTIAL), "planner", "route") == ("rules", "lookup")


def test_a_call_that_was_tried_twice_is_one_call() -> None:
    assert shown(history(PARTIAL), "call_count") == (2,)


def test_a_call_that_failed_twice_is_one_failed_call() -> None:
    assert shown(history(PARTIAL), "failed_call_count") == (1,)


@pytest.mark.parametrize(
    ("last", "failed_count"),
    [(call_succeeded("b", 3), 0), (call_failed("b", 3), 1), (call_skipped("b"), 0)],
)
def test_of_a_call_the_last_attempt_counts(last: RunEvent, failed_count: int) -> None:
    first: list[RunEvent] = [call_started("b"), call_failed("b"), call_started("b", 2)]
    later: list[RunEvent] = [call_failed("b", 2), FAILED, RESUMED, call_started("b", 3), last]
    found = shown(history([*EXECUTING, *first, *later]), "call_count", "failed_call_count")
    assert found == (1, failed_count)


def test_a_call_that_is_only_skipped_is_not_made() -> None:
    found = shown(history([*EXECUTING, call_skipped()]), "call_count", "failed_call_count")
    assert found == (0, 0)


@pytest.mark.parametrize(
    ("events", "error"),
    [
        (BROKEN, ("TOOL_TIMEOUT", "Timeout after 5 ms")),
        (REFUSED, ("POLICY_DENY", "no")),
        (PARTIAL, (None, None)),
        (STOPPED, (None, None)),
    ],
)
def test_a_summary_says_what_went_wrong(
    events: list[RunEvent], error: tuple[str | None, str | None]
) -> None:
    assert shown(history(events), "error_code", "error") == error


@pytest.mark.parametrize(
    ("events", "outcome"),
    [(PARTIAL, "partial"), (REFUSED, "POLICY_DENY"), (STOPPED, "cancelled"), (RUNNING, "execute")],
)
def test_the_outcome_of_a_run_is_its_status_else_its_error_else_its_state(
    events: list[RunEvent], outcome: str
) -> None:
    assert outcome_of(summary_of(history(events))) == outcome
