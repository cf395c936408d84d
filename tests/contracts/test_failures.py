"""Every run list groups the failures of runs and of their calls."""

from datetime import timedelta

import pytest
from msgspec import structs

from domain.ports import EventStore, RunViews
from domain.run.call_events import ToolCallFailed
from domain.run.events import RunFailed
from domain.run.failures import Course
from domain.run_filter.filter import EVERY_RUN
from domain.run_filter.parser import parse_filter
from domain.times import recorded_text
from tests.contracts.event_samples import TENANT
from tests.contracts.test_run_filters import found, keep
from tests.domain.run.samples import FAILED
from tests.fakes import NOON
from tests.infrastructure.projections.logs import called


def test_failures_of_runs_are_grouped_the_most_frequent_first(
    store: EventStore, views: RunViews
) -> None:
    for number, kind in enumerate(("b", "a", "c", "a", None)):
        at = recorded_text(NOON + timedelta(seconds=number))
        keep(store, f"run-{number}", requested_at=at, updated_at=at, fingerprint=kind)
    groups = views.failures(TENANT, parse_filter("id ~ run", now=NOON), limit=2).groups
    assert [(each.fingerprint, each.run_count, each.example_run_id) for each in groups] == [
        ("a", 2, "run-3"),
        ("c", 1, "run-2"),
    ]
    assert groups[0].first_at == recorded_text(NOON + timedelta(seconds=1))


def test_failures_are_those_of_the_runs_that_the_filter_fits(
    store: EventStore, views: RunViews
) -> None:
    keep(store, "run-1", RunFailed(error=FAILED.error), fingerprint="a", state="failed")
    keep(store, "run-2", *called("a", is_success=False), fingerprint="a")
    (group,) = views.failures(TENANT, parse_filter("state = failed", now=NOON), limit=9).groups
    assert (group.run_count, group.call_count, group.example_run_id) == (1, 0, "run-1")


def test_a_failed_call_of_a_run_that_answered_all_the_same_is_a_failure(
    store: EventStore, views: RunViews
) -> None:
    keep(store, "run-1", *called("a", "ci", is_success=False), state="completed")
    keep(store, "run-2", *called("b", "ci", is_success=False), *called("c", "ci"))
    keep(store, "run-3", *called("a", "metric", is_success=False))
    ci, _metric = views.failures(TENANT, EVERY_RUN, limit=9).groups
    assert (ci.tool, ci.operation, ci.run_count, ci.call_count) == ("ci", "search", 2, 2)
    assert (ci.code, ci.message) == ("TOOL_TIMEOUT", "Timeout after 5 ms")
    assert found(views, f"fingerprint = {ci.fingerprint}") == ["run-2", "run-1"]
    assert found(views, f"call.fingerprint = {ci.fingerprint} AND id = run-1") == ["run-1"]


def test_a_failure_that_a_fork_took_from_the_record_has_not_happened_again(
    store: EventStore, views: RunViews
) -> None:
    start, end = called("a", "ci", is_success=False)
    assert isinstance(end, ToolCallFailed)
    keep(store, "run-1", start, structs.replace(end, answered_by="record"))
    assert views.failures(TENANT, EVERY_RUN, limit=9).groups == []


def test_whether_failures_go_on_is_told_from_the_calls_since(
    store: EventStore, views: RunViews
) -> None:
    for number, is_success in enumerate((False, True, True, True)):
        at = recorded_text(NOON + timedelta(minutes=number))
        keep(store, f"run-{number}", *called("a", is_success=is_success), requested_at=at)
    (group,) = views.failures(TENANT, EVERY_RUN, limit=9).groups
    since = recorded_text(NOON + timedelta(minutes=1, milliseconds=4))
    assert group.course == Course(succeeded_since=3, gone_since=since)


def test_whether_questions_still_fail_is_told_from_the_runs_that_ask_them(
    store: EventStore, views: RunViews
) -> None:
    for number, kind in enumerate(("a", None, None, None)):
        at = recorded_text(NOON + timedelta(minutes=number))
        about = {"requested_at": at, "ended_at": at, "state": "failed" if kind else "completed"}
        keep(store, f"run-{number}", fingerprint=kind, **about)
    keep(store, "run-9", question="Another?", ended_at=at, state="completed")
    (group,) = views.failures(TENANT, EVERY_RUN, limit=9).groups
    assert group.course.succeeded_since == 3


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("fingerprint = a", ["run-1"]),
        ("fingerprint != none", ["run-2", "run-1"]),
        ("fingerprint = none", ["run-3"]),
        ("fingerprint IN (a, none)", ["run-3", "run-1"]),
        ("fingerprint NOT IN (a, none)", ["run-2"]),
        ("fingerprint != a", ["run-3", "run-2"]),
    ],
)
def test_a_kind_of_failure_is_of_the_run_or_of_a_call(
    text: str, runs: list[str], store: EventStore, views: RunViews
) -> None:
    keep(store, "run-1", *called("b"), fingerprint="a")
    keep(store, "run-2", *called("a", is_success=False), *called("b"))
    keep(store, "run-3", *called("a"))
    assert found(views, text) == runs


def test_failures_of_another_tenant_are_not_there(store: EventStore, views: RunViews) -> None:
    keep(store, "run-1", *called("a", is_success=False), tenant="globex", fingerprint="a")
    assert views.failures(TENANT, EVERY_RUN, limit=9).groups == []
