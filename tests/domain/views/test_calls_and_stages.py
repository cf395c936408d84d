import pytest
from msgspec import structs
from pydantic import JsonValue

from domain.run.call_events import ToolCallLogged
from domain.run.events import RunEvent
from domain.views.calls import CallView, call_views
from domain.views.stages import StageView, stage_views
from tests.domain.run.samples import EXECUTING, ROUTING, call_started, call_succeeded
from tests.domain.views.histories import BROKEN, PARTIAL, REFUSED, RUNNING, STOPPED, history


def call(events: list[RunEvent], call_id: str, attempt: int = 1) -> CallView:
    (found,) = (
        view
        for view in call_views(history(events))
        if (view.call_id, view.attempt) == (call_id, attempt)
    )
    return found


def stage(events: list[RunEvent], name: str) -> StageView:
    (found,) = (view for view in stage_views(history(events)) if view.name == name)
    return found


def test_every_attempt_of_a_call_is_shown() -> None:
    shown = [(view.call_id, view.attempt, view.status) for view in call_views(history(PARTIAL))]
    assert shown == [
        ("a", 1, "succeeded"),
        ("b", 1, "failed"),
        ("b", 2, "failed"),
        ("c", 1, "skipped"),
    ]


@pytest.mark.parametrize("written", [[], "a line", None])
def test_a_log_of_another_shape_than_engines_write_is_not_shown(written: JsonValue) -> None:
    logged = ToolCallLogged(call_id="a", attempt=1, line_count=1, data=written)
    assert call([*ROUTING, *EXECUTING, call_started(), logged], "a").log is None


def test_a_succeeded_call_shows_what_it_was_given_and_gave() -> None:
    view = call(PARTIAL, "a")
    assert (view.tool, view.operation, view.params, view.data, view.duration_ms) == (
        "ci",
        "search",
        {"limit": 5},
        {"rows": []},
        20,
    )


def test_a_call_took_the_time_of_the_run_and_not_what_its_tool_measured() -> None:
    starts, ends = call_started(), structs.replace(call_succeeded(), duration_ms=3)
    assert call([*EXECUTING, starts, ends], "a").duration_ms == 10


def test_a_failed_call_shows_why() -> None:
    view = call(PARTIAL, "b")
    assert (view.error_code, view.error, view.data) == ("TOOL_TIMEOUT", "Timeout after 5 ms", None)


def test_a_skipped_call_shows_why_and_takes_no_time() -> None:
    view = call(PARTIAL, "c")
    assert (view.tool, view.operation, view.reason, view.started_at == view.ended_at) == (
        "metric",
        "series",
        "b failed",
        True,
    )


def test_a_running_call_has_no_end() -> None:
    view = call(RUNNING, "a")
    assert (view.status, view.ended_at, view.ended_version) == ("running", None, None)


@pytest.mark.parametrize(("events", "call_id"), [(STOPPED, "a"), (BROKEN, "b")])
def test_a_call_that_the_end_of_the_run_met_is_interrupted(
    events: list[RunEvent], call_id: str
) -> None:
    view = call(events, call_id)
    assert (view.status, view.ended_version) == ("interrupted", len(events))


def test_a_call_knows_the_events_that_it_came_from() -> None:
    view = call(PARTIAL, "a")
    started, ended = PARTIAL[view.started_version - 1], PARTIAL[(view.ended_version or 0) - 1]
    assert [started.stored_as, ended.stored_as] == ["tool-call-started", "tool-call-succeeded"]


def test_an_outcome_without_its_start_is_not_shown() -> None:
    assert call_views(history([*ROUTING, call_succeeded("a")])) == []


def test_stages_are_shown_in_their_order() -> None:
    assert [view.name for view in stage_views(history(PARTIAL))] == [
        "route_plan",
        "validate",
        "execute",
        "compose",
        "present",
    ]


@pytest.mark.parametrize(
    ("events", "name", "status"),
    [
        (PARTIAL, "execute", "ok"),
        (REFUSED, "execute", "skipped"),
        (BROKEN, "execute", "error"),
        (STOPPED, "execute", "interrupted"),
        (RUNNING, "execute", "running"),
    ],
)
def test_a_stage_says_how_it_stands(events: list[RunEvent], name: str, status: str) -> None:
    assert stage(events, name).status == status


def test_the_first_stage_begins_without_a_plan() -> None:
    assert stage(PARTIAL, "route_plan").input == {
        "applied_assets": {},
        "plan_output": {},
        "prev_output": {},
    }


def test_a_stage_begins_with_the_plan_and_the_output_before() -> None:
    assert stage(PARTIAL, "validate").input == {
        "applied_assets": {"policy": "r1"},
        "plan_output": {"kind": "plan", "plan": {"limit": 90}},
        "prev_output": {"of": "route_plan"},
    }


def test_after_validation_stages_begin_with_the_validated_plan() -> None:
    assert stage(PARTIAL, "execute").input["plan_output"] == {
        "kind": "plan",
        "plan": {"limit": 50},
    }


def test_a_completed_stage_shows_output_and_diagnostics() -> None:
    view = stage(PARTIAL, "compose")
    assert (view.output, view.diagnostics["status"], view.duration_ms) == (
        {"of": "compose"},
        "ok",
        10,
    )


def test_a_failed_stage_shows_its_error() -> None:
    assert stage(BROKEN, "execute").output == {
        "error": "Timeout after 5 ms",
        "error_code": "TOOL_TIMEOUT",
    }


def test_a_skipped_stage_shows_why_and_takes_no_time() -> None:
    view = stage(REFUSED, "compose")
    assert (view.reason, view.duration_ms, view.started_version) == (
        "direct_answer",
        0,
        view.ended_version,
    )


def test_a_stage_after_skipped_ones_begins_with_the_last_output() -> None:
    assert stage(REFUSED, "present").input["prev_output"] == {"of": "route_plan"}
