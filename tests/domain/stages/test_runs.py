"""Whole runs: how they end, and what their response says."""

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolsRanked,
)
from domain.run.events import (
    PlanProduced,
    ResponseComposed,
    RunCompleted,
    RunFailed,
    StageCompleted,
    StageStarted,
)
from domain.run.lifecycle import Stage
from domain.tools.contracts import ToolErrorCode
from tests.domain.stages.running import (
    FOUND,
    LOOKUP,
    METRIC,
    TWO_STEPS,
    Ran,
    Running,
    ci,
    metric,
    ran,
    ran_plan,
)
from tests.fakes import ScriptedTool, answering, failing

TIMEOUT = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no route to host")
UNKNOWN = failing(ToolErrorCode.DATA_NOT_FOUND, "no item 'srv-1'")


def test_a_plan_that_every_tool_answers_is_a_success() -> None:
    run = ran_plan(METRIC, ci(), metric())
    assert run.one(RunCompleted) == RunCompleted(status="success", succeeded_calls=2)


def test_every_stage_of_a_plan_is_on_the_record() -> None:
    run = ran_plan(METRIC, ci(), metric())
    begun = [event.stage for event in run.all(StageStarted)]
    ended = [event.stage for event in run.all(StageCompleted)]
    assert begun == ended == list(Stage)


def test_the_steps_of_a_run_are_recorded_in_their_order() -> None:
    run = ran_plan(LOOKUP, ci())
    assert [event.stored_as for event in run.events] == [
        "run-requested",
        "stage-started",
        "plan-produced",
        "route-chosen",
        "stage-completed",
        "stage-started",
        "plan-validated",
        "stage-completed",
        "stage-started",
        "tools-ranked",
        "tool-call-started",
        "tool-call-succeeded",
        "stage-completed",
        "stage-started",
        "stage-completed",
        "stage-started",
        "stage-completed",
        "response-composed",
        "run-completed",
    ]


def test_the_response_has_answer_blocks_and_references() -> None:
    run = ran_plan(LOOKUP, ci())
    composed = run.one(ResponseComposed)
    assert (run.response["status"], run.response["answer"], run.response["references"]) == (
        "success",
        composed.answer,
        [{"kind": "ci", "id": "c1"}],
    )


def test_the_planner_signs_its_plan() -> None:
    produced = ran_plan(LOOKUP, ci()).one(PlanProduced)
    assert (produced.planner, produced.planner_version, produced.plan_output) == (
        "fixed",
        "7",
        {"kind": "plan", "plan": LOOKUP},
    )


def test_the_planner_sees_tenant_and_present_instant() -> None:
    running = Running(ci())
    run = ran(running)
    (seen,) = running.planner.contexts
    assert (seen.tenant_id, seen.now.isoformat(timespec="microseconds")) == (
        "acme",
        run.history[0].envelope.recorded_at.replace("Z", "+00:00"),
    )


def test_the_ranking_of_the_tools_is_on_the_record() -> None:
    ranked = ran_plan(METRIC, ci(), metric()).one(ToolsRanked)
    assert sorted(str(each["tool"]) for each in ranked.candidates) == ["ci", "metric"]


def test_one_failed_call_of_two_makes_a_run_partial() -> None:
    run = ran_plan(TWO_STEPS, ci(), metric(TIMEOUT))
    assert run.one(RunCompleted) == RunCompleted(
        status="partial", succeeded_calls=1, failed_calls=1
    )


def test_a_partial_answer_says_what_is_missing() -> None:
    run = ran_plan(TWO_STEPS, ci(), metric(TIMEOUT))
    assert "no route to host" in str(run.response["answer"])


def test_a_partial_answer_is_less_sure() -> None:
    composed = ran_plan(TWO_STEPS, ci(), metric(TIMEOUT)).one(ResponseComposed)
    assert (composed.confidence < 1, composed.confidence_reasons) == (True, ["two:metric failed"])


def test_what_waits_for_a_failed_call_is_skipped_with_the_cause() -> None:
    run = ran_plan({**METRIC, "document": {"query": "x"}}, ci(UNKNOWN), metric(), documents())
    skip = run.one(ToolCallSkipped)
    assert (skip.call_id, skip.cause, skip.reason) == (
        "metric",
        "primary",
        "Dependency 'primary' failed",
    )


def documents() -> ScriptedTool:
    return ScriptedTool("document", search=answering({"rows": [], "total": 0}))


def test_the_failed_call_keeps_code_message_and_details() -> None:
    error = ran_plan(LOOKUP, ci(UNKNOWN)).one(ToolCallFailed).error
    assert (error.code, error.message, error.details["source"], error.can_retry) == (
        "DATA_NOT_FOUND",
        "no item 'srv-1'",
        "script",
        False,
    )


def test_an_unavailable_source_can_be_tried_again() -> None:
    assert ran_plan(LOOKUP, ci(TIMEOUT)).one(ToolCallFailed).error.can_retry


def test_a_run_without_any_answer_failed_with_the_code_of_its_tool() -> None:
    failed = ran_plan(METRIC, ci(UNKNOWN), metric()).one(RunFailed)
    assert (failed.stage, failed.error.code, failed.error.message, failed.error.details) == (
        Stage.EXECUTE,
        "DATA_NOT_FOUND",
        "no item 'srv-1'",
        {
            "exception_type": "ToolFailure",
            "tool_type": "ci",
            "source": "script",
            "call_id": "primary",
        },
    )


def test_the_response_of_a_failed_run_says_why() -> None:
    response = ran_plan(LOOKUP, ci(UNKNOWN)).response
    error = response["error"]
    assert isinstance(error, dict)
    assert (response["status"], response["blocks"], error["code"]) == (
        "failed",
        [],
        "DATA_NOT_FOUND",
    )


def test_an_unforeseen_error_of_a_tool_is_recorded_with_its_type() -> None:
    def breaks(*_: object) -> None:
        message = "boom"
        raise ZeroDivisionError(message)

    error = ran_plan(LOOKUP, ci(breaks)).one(RunFailed).error  # type: ignore[arg-type]  # it breaks
    assert (error.code, error.message) == ("INTERNAL_ERROR", "ZeroDivisionError: boom")


def test_a_call_is_recorded_with_what_it_was_given_and_gave() -> None:
    run = ran_plan(METRIC, ci(), metric())
    _, started = run.all(ToolCallStarted)
    assert (started.call_id, started.params, started.depends_on, started.group) == (
        "metric",
        {
            "metric_name": "cpu",
            "time_range": "last_24h",
            "agg": "avg",
            "ci_ids": ["c1"],
        },
        ["primary"],
        1,
    )


def test_a_result_keeps_its_references_warnings_and_revision() -> None:
    script = answering(
        {"rows": [], "total": 0},
        references=[{"id": "c1"}],
        warnings=["truncated"],
        metadata={"row_count": 0, "source_revision": "r9"},
    )
    ended = ran_plan(LOOKUP, ci(script)).one(ToolCallSucceeded)
    assert (ended.references, ended.warnings, ended.row_count, ended.source_revision) == (
        [{"id": "c1"}],
        ["truncated"],
        0,
        "r9",
    )


def labels(run: Ran) -> list[str]:
    return [event.label for event in run.all(ToolCallStarted)]


def test_equal_calls_have_equal_labels() -> None:
    same, other = ran_plan(LOOKUP, ci()), ran_plan({"primary": {"keywords": ["srv-2"]}}, ci())
    assert labels(same) == labels(ran_plan(LOOKUP, ci(FOUND))) != labels(other)
