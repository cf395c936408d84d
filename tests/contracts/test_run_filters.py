"""Every run list finds the runs that a filter means, of one tenant."""

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from domain.ports import Append, EventStore, RunViews
from domain.run.events import RunEvent
from domain.run_filter.parser import parse_filter
from domain.times import recorded_text
from tests.contracts.event_samples import TENANT, summary
from tests.contracts.runs_with_events import about_events
from tests.domain.run.samples import FAILED, REQUESTED
from tests.fakes import NOON
from tests.infrastructure.projections.logs import called, start

if TYPE_CHECKING:
    from domain.run.summary import RunSummary


def keep(
    store: EventStore, run: str, *events: RunEvent, tenant: str = TENANT, **fields: object
) -> None:
    """Store a run with these events, of which the run list says this."""
    store.append(listed(run, *events, tenant=tenant, **fields))


def listed(run: str, *events: RunEvent, tenant: str = TENANT, **fields: object) -> Append:
    about: RunSummary = dataclasses.replace(summary(run, tenant=tenant), **fields)  # type: ignore[arg-type]  # fields of a summary
    return about_events(about, [REQUESTED, *events])


def found(views: RunViews, text: str, *, tenant: str = TENANT) -> list[str]:
    where = parse_filter(text, now=NOON)
    return [run.run_id for run in views.summaries(tenant, where, limit=100).summaries]


@pytest.fixture
def calls(store: EventStore) -> None:
    """Runs whose calls ended well, badly, and not at all."""
    keep(store, "run-1", *called("a", "ci"), *called("b", "metric", is_success=False))
    keep(store, "run-2", *called("a", "ci", is_success=False), *called("b", "metric", ms=900))
    keep(store, "run-3", start("a", "metric"))
    keep(store, "run-4")


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("tool = metric", ["run-3", "run-2", "run-1"]),
        ("tool = metric AND call.error = TOOL_TIMEOUT", ["run-2", "run-1"]),
        ("call(tool = metric AND error = TOOL_TIMEOUT)", ["run-1"]),
        ("call(tool = metric AND status = running)", ["run-3"]),
        ("tool != metric", ["run-4"]),
        ("call(tool != metric)", ["run-2", "run-1"]),
        ("call.duration > 800ms", ["run-2"]),
        ("operation = search AND tool ~ CI", ["run-2", "run-1"]),
        ("tool = metric AND id = run-2", ["run-2"]),
        ("tool = ci AND tool = metric AND NOT call.error = none", []),
        ("NOT call.error != none", ["run-4", "run-3"]),
    ],
)
def test_calls_are_searched_one_by_one(text: str, runs: list[str], views: RunViews) -> None:
    assert found(views, text) == runs


def test_a_run_that_failed_leaves_no_call_running(store: EventStore, views: RunViews) -> None:
    keep(store, "run-1", start("a", "ci"), FAILED)
    assert found(views, "call.status = interrupted") == ["run-1"]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("status = failed", ["run-1"]),
        ("status = success", ["run-2"]),
        ("status != success", ["run-3", "run-1"]),
        ("state = completed", ["run-2"]),
        ("state != completed", ["run-3", "run-1"]),
        ("status IN (failed, success)", ["run-2", "run-1"]),
    ],
)
def test_the_status_of_what_is_not_completed_is_its_state(
    text: str, runs: list[str], store: EventStore, views: RunViews
) -> None:
    for run, state in (("run-1", "failed"), ("run-2", "completed"), ("run-3", "execute")):
        keep(store, run, state=state, status="success" if state == "completed" else None)
    assert found(views, text) == runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("golden = none", ["run-2"]),
        ("golden != none", ["run-1"]),
        ("golden != weekly", ["run-2", "run-1"]),
        ("NOT golden = daily", ["run-2"]),
        ("duration > 1s", ["run-1"]),
        ("NOT duration > 1s", ["run-2"]),
        ("duration <= 1s", []),
    ],
)
def test_what_a_run_does_not_have_fits_no_comparison(
    text: str, runs: list[str], store: EventStore, views: RunViews
) -> None:
    keep(store, "run-1", golden="daily", duration_ms=2000)
    keep(store, "run-2")
    assert found(views, text) == runs


def test_a_run_needs_attention_until_a_run_that_comes_from_it_completed(
    store: EventStore, views: RunViews
) -> None:
    keep(store, "run-1", state="failed")
    keep(store, "run-2", state="failed")
    keep(store, "run-3", state="failed", parent_run_id="run-2", origin="rerun")
    keep(store, "run-4", state="completed", status="success", parent_run_id="run-3", origin="fork")
    assert found(views, "superseded = yes") == ["run-3", "run-2"]
    assert found(views, "status = failed AND superseded = no") == ["run-1"]


def test_a_run_of_another_tenant_supersedes_nothing(store: EventStore, views: RunViews) -> None:
    keep(store, "run-1", state="failed")
    keep(store, "run-2", tenant="umbrella", state="completed", parent_run_id="run-1")
    assert found(views, "superseded = no") == ["run-1"]


@pytest.mark.parametrize(
    "text", ["status = requested", "tool = ci", "NOT tool = x", "id ~ run OR tool = ci"]
)
def test_a_filter_finds_runs_of_its_tenant_alone(
    text: str, store: EventStore, views: RunViews
) -> None:
    keep(store, "run-1", *called("a", "ci"), tenant="umbrella")
    assert found(views, text) == []
    assert found(views, text, tenant="umbrella") == ["run-1"]


@pytest.mark.parametrize("text", ["' OR 1=1 --", '"; DROP TABLE events', "%", "_", "\\", "{x}"])
def test_what_looks_like_sql_is_a_text(text: str, store: EventStore, views: RunViews) -> None:
    keep(store, "run-1", question=f"It says {text} here", golden=text)
    keep(store, "run-2", question="It says nothing", golden="x")
    quoted = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
    assert found(views, f"question ~ {quoted}") == ["run-1"]
    assert found(views, f"golden = {quoted}") == ["run-1"]


def test_pages_of_a_choice_show_every_run_once(store: EventStore, views: RunViews) -> None:
    for number in range(9):
        at = recorded_text(NOON + timedelta(seconds=number))
        tool = called("a", "ci") if number % 2 else []
        keep(store, f"run-{number}", *tool, requested_at=at, state=f"{'failed' * (number % 3)}")
    where = parse_filter("tool = ci OR state = failed", now=NOON)
    seen: list[str] = []
    while page := views.summaries(
        TENANT, where, limit=2, before=seen[-1] if seen else None
    ).summaries:
        seen += [run.run_id for run in page]
    assert seen == ["run-7", "run-5", "run-4", "run-3", "run-1"]


def test_a_run_with_several_such_calls_takes_one_place_of_a_page(
    store: EventStore, views: RunViews
) -> None:
    for run in ("run-1", "run-2"):
        keep(store, run, *called("a", "ci"), *called("b", "ci"))
    where = parse_filter("tool = ci", now=NOON)
    page = views.summaries(TENANT, where, limit=2).summaries
    assert [run.run_id for run in page] == ["run-2", "run-1"]
