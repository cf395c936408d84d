"""Why a run has no answer: each rule fires on its cause, and only on it."""

import pytest

from domain.run.call_events import ToolCallFailed, ToolCallSkipped
from domain.run.events import RunEvent, RunFailed, RunRecovered, RunResumed, StageFailed
from domain.run.facts import Fault
from domain.run.lifecycle import Stage
from domain.views.diagnosis import Confidence
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.diagnosis.diagnosing import case_of, found, noted, notes_of, rules_of
from tests.domain.run.samples import (
    ANSWERED,
    CANCELLED,
    EXECUTING,
    PLANNING,
    RANKED,
    REQUESTED,
    call_failed,
    call_started,
    started,
)
from tests.domain.views.histories import BROKEN, PARTIAL, REFUSED, RUNNING, STOPPED

WHERE_CALLS_START = len(EXECUTING) + 2


def failing_with(code: str, *, can_retry: bool = False) -> list[RunEvent]:
    """Return a run that fails because its one call does."""
    fault = Fault(code=code, message="it says why", can_retry=can_retry)
    return [
        *EXECUTING,
        RANKED,
        call_started("a"),
        ToolCallFailed(call_id="a", attempt=1, error=fault, duration_ms=5),
        StageFailed(stage=Stage.EXECUTE, attempt=1, error=fault),
        RunFailed(error=fault, stage=Stage.EXECUTE),
    ]


def failing_stage(stage: Stage, code: str) -> list[RunEvent]:
    fault = Fault(code=code, message="it took longer")
    return [
        *(PLANNING if stage is Stage.ROUTE_PLAN else [*EXECUTING, RANKED, call_started("a")]),
        StageFailed(stage=stage, attempt=1, error=fault),
        RunFailed(error=fault, stage=stage),
    ]


def skipped(call_id: str, cause: str | None) -> ToolCallSkipped:
    return ToolCallSkipped(
        call_id=call_id, tool="ci", operation="search", reason="no answer", cause=cause
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("TOOL_TIMEOUT", "did not answer in time"),
        ("AUTH_FAILED", "the credentials are wrong"),
        ("PERMISSION_DENIED", "a permission is missing"),
        ("UPSTREAM_UNAVAILABLE", "could not reach its source"),
        ("SQL_BLOCKED", "forbidden by a policy"),
        ("SOMETHING_NEW", "failed"),
    ],
)
def test_a_failed_call_is_told_in_words_with_its_code(code: str, words: str) -> None:
    hypothesis = found(case_of(failing_with(code)), "call-failed")
    assert words in hypothesis.sentence
    assert f"ci.search (a) {words.split(maxsplit=1)[0]}" in hypothesis.sentence or "a" in words
    assert f"({code}: it says why)" in hypothesis.sentence


def test_a_failed_call_is_certain_and_names_its_events() -> None:
    hypothesis = found(case_of(failing_with("TOOL_TIMEOUT")), "call-failed")
    assert hypothesis.confidence is Confidence.CERTAIN
    assert hypothesis.evidence == (WHERE_CALLS_START, WHERE_CALLS_START + 1)


@pytest.mark.parametrize(
    ("code", "can_retry", "command"),
    [
        ("TOOL_TIMEOUT", True, "opstrail run resume run-1 --timeout-ms 10000 --reason '...'"),
        ("AMBIGUOUS_CI", False, "opstrail run trace run-1"),
        ("INVALID_PARAMS", False, "opstrail run trace run-1"),
    ],
)
def test_what_to_do_about_a_failed_call_depends_on_its_error(
    code: str, *, can_retry: bool, command: str
) -> None:
    case = case_of(failing_with(code, can_retry=can_retry))
    assert found(case, "call-failed").next_step == command


def test_a_failed_call_of_a_run_that_succeeded_is_not_resumed() -> None:
    fault = Fault(code="TOOL_TIMEOUT", message="late", can_retry=True)
    failed = ToolCallFailed(call_id="b", attempt=1, error=fault, duration_ms=5)
    case = case_of(run_of(call("a"), [call_started("b"), failed]))
    assert found(case, "call-failed").next_step == "opstrail run rerun run-1 --reason '...'"


def test_skipped_calls_are_explained_by_the_call_that_failed_first() -> None:
    chain: list[RunEvent] = [
        call_started("a"),
        call_failed("a"),
        skipped("b", "a"),
        skipped("c", "b"),
    ]
    hypothesis = found(case_of(run_of(chain)), "calls-skipped")
    assert hypothesis.sentence == (
        "ci.search (b), ci.search (c) were skipped because ci.search (a) failed."
    )
    assert hypothesis.evidence == tuple(range(WHERE_CALLS_START, WHERE_CALLS_START + 4))


def test_a_call_that_was_skipped_for_what_another_answered_says_what_it_lacks() -> None:
    hypothesis = found(case_of(run_of([*call("a"), skipped("b", "a")])), "calls-skipped")
    assert hypothesis.sentence == (
        "ci.search (b) was skipped because ci.search (a) did not give what is needed: no answer."
    )


def test_skipped_calls_of_two_causes_are_two_reasons() -> None:
    calls = [skipped("b", "x"), skipped("c", "y")]
    assert rules_of(case_of(run_of(calls))).count("calls-skipped") == 2


def test_calls_that_wait_for_each_other_are_explained_by_one_of_them() -> None:
    assert "calls-skipped" in rules_of(case_of(run_of([skipped("b", "c"), skipped("c", "b")])))


def test_a_call_that_was_not_needed_is_no_reason() -> None:
    assert "calls-skipped" not in rules_of(case_of(run_of([skipped("b", None)])))


def test_a_failed_stage_is_the_reason_where_no_call_failed() -> None:
    case = case_of(failing_stage(Stage.ROUTE_PLAN, "QUESTION_NOT_UNDERSTOOD"))
    hypothesis = found(case, "stage-failed")
    assert hypothesis.sentence == (
        "Stage route_plan failed with QUESTION_NOT_UNDERSTOOD: it took longer."
    )
    assert hypothesis.evidence == (3,)


def test_a_failed_stage_is_not_the_reason_where_a_call_failed() -> None:
    assert "stage-failed" not in rules_of(case_of(BROKEN))


def test_running_out_of_time_names_the_calls_without_an_answer() -> None:
    case = case_of(failing_stage(Stage.EXECUTE, "EXECUTE_TIMEOUT"))
    hypothesis = found(case, "out-of-time")
    assert hypothesis.sentence == "It took longer; ci.search (a) had no answer by then."
    assert "stage-failed" not in rules_of(case)


def test_another_failure_is_not_running_out_of_time() -> None:
    assert "out-of-time" not in rules_of(case_of(failing_stage(Stage.EXECUTE, "INTERNAL_ERROR")))


def test_a_failure_that_was_resumed_is_no_reason_any_more() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again")
    rest = ANSWERED[ANSWERED.index(RANKED) :]
    events = [*failing_stage(Stage.EXECUTE, "EXECUTE_TIMEOUT"), resumed, started(Stage.EXECUTE, 2)]
    assert "out-of-time" not in rules_of(case_of([*events, *rest]))


def test_of_a_run_that_failed_again_only_the_last_failure_is_a_reason() -> None:
    resumed = RunResumed(from_stage=Stage.EXECUTE, why="again")
    first = failing_stage(Stage.EXECUTE, "EXECUTE_TIMEOUT")
    events = [*first, resumed, started(Stage.EXECUTE, 2), *first[-2:]]
    assert found(case_of(events), "out-of-time").evidence[-1] == len(events) - 1


def test_a_refusal_names_its_policy() -> None:
    hypothesis = found(case_of(REFUSED), "rejected")
    assert hypothesis.sentence == "A policy forbade the question (policy p1): no."


def test_a_cancelled_run_names_who_stopped_it() -> None:
    hypothesis = found(case_of(STOPPED), "cancelled")
    assert hypothesis.sentence == (
        "person ada stopped the run: enough; ci.search (a) had no answer yet."
    )
    assert hypothesis.evidence[-1] == len(STOPPED)


def test_a_run_without_an_end_names_what_it_waits_for() -> None:
    hypothesis = found(case_of(RUNNING), "unfinished")
    assert hypothesis.sentence == "The run is in execute, waiting for ci.search (a)."


def test_a_run_that_nobody_has_begun_says_so() -> None:
    hypothesis = found(case_of([REQUESTED]), "unfinished")
    assert hypothesis.sentence == "The run was requested, and no worker has begun it since."


@pytest.mark.parametrize("events", [ANSWERED, BROKEN, [*EXECUTING, CANCELLED]])
def test_a_run_with_an_end_is_not_unfinished(events: list[RunEvent]) -> None:
    assert "unfinished" not in rules_of(case_of(events))


def test_a_lost_worker_is_named() -> None:
    recovered = RunRecovered(lost_worker="host/7", from_stage=Stage.EXECUTE)
    rest = ANSWERED[ANSWERED.index(RANKED) :]
    case = case_of([*EXECUTING, recovered, started(Stage.EXECUTE, 2), *rest])
    hypothesis = found(case, "worker-lost")
    assert "taken over in execute (host/7)" in hypothesis.sentence
    assert hypothesis.evidence == (len(EXECUTING), len(EXECUTING) + 1)


def test_a_call_that_answered_at_the_second_attempt_is_told() -> None:
    calls = [call_started(), call_failed(), *call(attempt=2)]
    note = noted(case_of(run_of(calls)), "tried-again")
    assert rules_of(case_of(run_of(calls))) == []
    assert "ci.search (a) answered at attempt 2 (before: ci: TOOL_TIMEOUT" in note.sentence
    assert len(note.evidence) == 4


def test_a_call_that_another_tool_answered_is_told() -> None:
    calls = [call_started(), call_failed(), *call(tool="document", attempt=2)]
    rules = rules_of(case_of(run_of(calls)))
    assert "fallback-answered" in rules
    assert "tried-again" not in notes_of(case_of(run_of(calls)))


def test_a_call_that_failed_again_was_not_answered() -> None:
    assert "tried-again" not in notes_of(case_of(PARTIAL))


@pytest.mark.parametrize("code", ["RATE_LIMITED", "CIRCUIT_OPEN"])
def test_calls_that_were_limited_are_told(code: str) -> None:
    hypothesis = found(case_of(failing_with(code)), "held-back")
    assert "1 attempt was held back by limits of ci" in hypothesis.sentence


def test_a_call_that_failed_otherwise_was_not_limited() -> None:
    assert "held-back" not in rules_of(case_of(failing_with("TOOL_TIMEOUT")))
