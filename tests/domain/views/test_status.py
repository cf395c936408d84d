"""How the tools of a run did together, told from its events."""

from typing import Any

import pytest
from msgspec import structs

from domain.run.call_events import ToolCallSkipped
from domain.run.events import RunCompleted, RunEvent
from domain.run.lifecycle import Stage
from domain.run.replanning import ReplanDecided
from domain.tools.contracts import ToolErrorCode
from domain.views.status import OrchestrationResponse, run_status
from tests.domain.run.samples import (
    CANCELLED,
    COMPLETED,
    EXECUTING,
    FAILED,
    FAULT,
    RECOVERED,
    RESUMED,
    call_failed,
    call_started,
    call_succeeded,
)
from tests.domain.stages.running import (
    FOUND,
    METRIC,
    TWO_STEPS,
    Ran,
    Running,
    ci,
    metric,
    ran,
    ran_plan,
)
from tests.domain.views.histories import BROKEN, PARTIAL, REFUSED, RUNNING, STOPPED, history
from tests.fakes import Script, ScriptedTool, answering, failing

DOWN = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)
CALL = {"call_id": "mine", "tool": "ci", "operation": "search"}
TWO: dict[str, Any] = TWO_STEPS
SKIPPED = ToolCallSkipped(call_id="c", tool="metric", operation="series", reason="not wanted")
DEGRADED = RunCompleted(status="degraded", succeeded_calls=1, failed_calls=1)
STAND_IN = structs.replace(call_started(attempt=2), tool="backup")
REPLANNED = ReplanDecided(stage=Stage.EXECUTE, is_approved=True, why="a was left out")


def status_of(*events: RunEvent) -> OrchestrationResponse:
    return run_status(history([*events]))


def steps(**second: str) -> Ran:
    """Carry out two steps, the second with these fields."""
    first, last = TWO["steps"]
    return ran_plan({**TWO, "steps": [first, {**last, **second}]}, ci(), metric())


def counts(status: OrchestrationResponse) -> tuple[str, int, int]:
    return (status.status, status.successful_tools, status.failed_tools)


def asked(script: Script, standing_in: Script) -> OrchestrationResponse:
    running = Running(ci(script), ScriptedTool("ci", name="ci2", resolve=standing_in))
    running.let_stand_in("ci", "ci2")
    return run_status(ran(running).history)


def test_a_run_whose_calls_all_answered_is_a_success() -> None:
    run = ran_plan(METRIC, ci(), metric())
    status = run_status(run.history)
    assert counts(status) == ("success", 2, 0)
    assert (status.fallback_applied, status.fallback_reason, status.error_message) == (
        False,
        None,
        None,
    )
    assert (status.answer, status.blocks) == (run.response["answer"], run.response["blocks"])
    assert status.total_duration_ms == run.response["meta"]["timing_ms"]
    assert status.trace.run_id == run.run_id


def test_each_call_says_what_it_gave() -> None:
    found, value = run_status(ran_plan(METRIC, ci(), metric()).history).results
    assert (found.tool_id, found.tool_name, found.success) == ("primary", "ci.resolve", True)
    assert (value.tool_name, (value.data or {})["value"]) == ("metric.aggregate", 40.0)
    assert (value.error, value.error_code, type(value.duration_ms)) == (None, None, int)


def test_data_that_are_no_object_are_its_value() -> None:
    (found,) = run_status(ran_plan({"calls": [CALL]}, ci(answering([1, 2]))).history).results
    assert found.data == {"value": [1, 2]}


def test_a_run_is_partial_when_a_call_failed_or_waited_in_vain() -> None:
    status = status_of(*PARTIAL)
    assert counts(status) == ("partial", 1, 2)
    failed, waited = [each for each in status.results if not each.success]
    assert (failed.error, failed.error_code) == (FAULT.message, FAULT.code)
    assert (waited.tool_id, waited.error, waited.error_code) == ("c", "b failed", None)


def test_what_is_skipped_on_purpose_counts_as_neither() -> None:
    on_purpose = structs.replace(SKIPPED, on_purpose=True)
    said = [counts(status_of(*EXECUTING, each)) for each in (SKIPPED, on_purpose)]
    assert said == [("execute", 0, 1), ("execute", 0, 0)]


def test_a_condition_that_does_not_hold_leaves_a_run_a_success() -> None:
    status = run_status(steps(condition="one:primary.total > 5").history)
    assert counts(status) == ("success", 1, 0)
    assert [each.tool_id for each in status.results] == ["one:primary"]


def test_an_error_step_that_answers_makes_a_run_degraded() -> None:
    second = {**TWO["steps"][1], "metric": {"metric_name": "cpu"}}
    first = {**TWO["steps"][0], "error_next_step_id": "two"}
    status = run_status(ran_plan({**TWO, "steps": [first, second]}, ci(DOWN), metric()).history)
    assert (*counts(status), status.fallback_applied) == ("degraded", 1, 1, True)
    assert status.fallback_reason == "another step answered in place of one:primary"


def test_the_answer_of_a_fallback_makes_a_run_degraded_and_says_why() -> None:
    status = asked(DOWN, FOUND)
    assert (*counts(status), status.fallback_applied) == ("degraded", 1, 0, True)
    assert status.results[0].tool_name == "ci2.resolve"
    assert status.fallback_reason == (
        "ci2 answered primary in place of ci (UPSTREAM_UNAVAILABLE: no answer)"
    )


def test_a_fallback_that_failed_too_did_not_answer() -> None:
    status = asked(DOWN, DOWN)
    assert (*counts(status), status.fallback_reason) == ("failed", 0, 1, None)


def test_a_fallback_that_was_made_again_after_a_lost_worker_answered() -> None:
    again = structs.replace(STAND_IN, attempt=3)
    first: list[RunEvent] = [*EXECUTING, call_started(), call_failed(), STAND_IN, RECOVERED]
    status = status_of(*first, again, call_succeeded(attempt=3))
    assert status.fallback_applied


@pytest.mark.parametrize("anew", [RESUMED, REPLANNED])
def test_what_answers_itself_when_it_is_asked_anew_is_no_fallback(anew: RunEvent) -> None:
    fell_back: list[RunEvent] = [
        *EXECUTING,
        call_started(),
        call_failed(),
        STAND_IN,
        call_failed(attempt=2),
    ]
    ended: list[RunEvent] = [FAILED] if anew is RESUMED else []
    then: list[RunEvent] = [anew, call_started(attempt=3), call_succeeded(attempt=3)]
    assert "in place" not in str(status_of(*fell_back, *ended, *then).fallback_reason)


def test_another_plan_is_a_fallback_until_the_run_is_resumed() -> None:
    replanned: list[RunEvent] = [*EXECUTING, call_started(), call_failed(), REPLANNED]
    assert status_of(*replanned).fallback_reason == "a was left out"
    assert status_of(*replanned, FAILED, RESUMED).fallback_reason is None


def test_a_plan_that_was_kept_is_no_fallback() -> None:
    kept = structs.replace(REPLANNED, is_approved=False)
    assert status_of(*EXECUTING, call_started(), call_failed(), kept).fallback_reason is None


def test_a_fallback_of_a_call_that_first_was_skipped_answered() -> None:
    skip = structs.replace(SKIPPED, call_id="a")
    again: list[RunEvent] = [FAILED, RESUMED, call_started(), call_failed(), STAND_IN]
    assert status_of(*EXECUTING, skip, *again, call_succeeded(attempt=2)).fallback_applied


def test_nothing_stood_in_for_anything_in_a_success() -> None:
    calls: list[RunEvent] = [call_started(), call_failed(), STAND_IN, call_succeeded(attempt=2)]
    assert not status_of(*EXECUTING, *calls, COMPLETED).fallback_applied


def test_another_step_that_answered_is_a_fallback() -> None:
    calls: list[RunEvent] = [call_started(), call_failed(), call_started("b"), call_succeeded("b")]
    status = status_of(*EXECUTING, *calls, DEGRADED)
    assert status.fallback_reason == "another step answered in place of a"


def test_a_failed_run_says_its_error_and_what_had_not_answered() -> None:
    status = status_of(*BROKEN)
    assert (*counts(status), status.error_message) == ("failed", 0, 2, FAULT.message)
    assert status.results[1].error == "it had not answered when the run ended"
    assert status.answer == f"Error: {FAULT.message}"


@pytest.mark.parametrize(
    ("events", "told"),
    [
        (RUNNING, ("execute", 0, 0)),
        (STOPPED, ("cancelled", 0, 1)),
        (REFUSED, ("rejected", 0, 0)),
        ([*BROKEN, CANCELLED], ("cancelled", 0, 2)),
    ],
)
def test_a_run_without_an_end_of_its_own_says_its_state(
    events: list[RunEvent], told: tuple[str, int, int]
) -> None:
    assert counts(status_of(*events)) == told
