import logging
import math
from typing import Any

import pytest

from domain.stages.runner_context import BaseRunner, RunnerContext
from domain.values.arguments import WrongArgument


@pytest.fixture
def context() -> RunnerContext:
    return RunnerContext("acme", "trace-1", "request-1")


@pytest.fixture
def runner(context: RunnerContext) -> BaseRunner:
    return BaseRunner(context)


def test_a_new_context_has_gathered_nothing(context: RunnerContext) -> None:
    assert context.get_execution_summary() == {
        "execution_results_count": 0,
        "execution_errors_count": 0,
        "response_blocks_count": 0,
    }


def test_the_summary_counts_what_was_gathered(context: RunnerContext) -> None:
    context.execution_results["a"] = 1
    context.execution_errors += ["no answer", "too late"]
    context.response_blocks += [{}, {}, {}]
    assert list(context.get_execution_summary().values()) == [1, 2, 3]


def test_a_new_context_has_no_errors(context: RunnerContext) -> None:
    assert not context.has_errors()


def test_two_contexts_share_nothing(context: RunnerContext) -> None:
    context.execution_errors.append("no answer")
    assert not RunnerContext("acme", "trace-2", "request-2").has_errors()


def test_a_logged_error_is_an_error_of_the_run(runner: BaseRunner) -> None:
    runner.log_error("no answer")
    assert runner.context.has_errors()


def test_errors_are_kept_as_messages(runner: BaseRunner) -> None:
    runner.log_error("no answer", {"tool_id": "a"})
    assert runner.context.execution_errors == ["no answer"]


def test_the_detail_of_an_error_is_kept(runner: BaseRunner) -> None:
    runner.log_error("no answer", {"tool_id": "a"})
    assert runner.context.error_details == [{"message": "no answer", "detail": {"tool_id": "a"}}]


def test_a_phase_has_its_time(runner: BaseRunner) -> None:
    runner.log_phase_start("validate")
    runner.log_phase_end("validate", 12.5)
    assert runner.context.phase_times == {"validate": 12.5}


def test_the_times_of_a_phase_entered_twice_are_added(runner: BaseRunner) -> None:
    for elapsed_ms in (12.5, 7.5):
        runner.log_phase_start("validate")
        runner.log_phase_end("validate", elapsed_ms)
    assert runner.context.phase_times == {"validate": 20.0}


def test_the_time_of_a_phase_that_was_never_started_counts_and_is_warned_of(
    runner: BaseRunner, caplog: pytest.LogCaptureFixture
) -> None:
    runner.log_phase_end("execute", 12.5)
    assert runner.get_phase_times_summary() == {"execute": 12.5}
    assert "phase ended, not started: phase='execute'" in caplog.text


@pytest.mark.parametrize("elapsed", [-1, math.nan, math.inf, None, "5", True, 10**12 + 1])
def test_what_is_no_duration_is_refused(runner: BaseRunner, elapsed: float) -> None:
    with pytest.raises(WrongArgument, match="elapsed_ms must be milliseconds from 0 to "):
        runner.log_phase_end("execute", elapsed)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"tenant_id": None}, "tenant_id must be a text, not None"),
        ({"execution_results": None}, "execution_results must be a dict, not None"),
        ({"execution_errors": "gone"}, "execution_errors must be a list, not 'gone'"),
    ],
)
def test_a_context_that_could_gather_nothing_is_refused(wrong: dict[str, Any], told: str) -> None:
    given = {"tenant_id": "acme", "trace_id": "trace-1", "request_id": "request-1"}
    with pytest.raises(WrongArgument, match=told):
        RunnerContext(**{**given, **wrong})


def test_a_runner_without_context_is_refused() -> None:
    with pytest.raises(WrongArgument, match="context must be a RunnerContext, not None"):
        BaseRunner(None)  # type: ignore[arg-type]  # the claim of the test


def test_the_summary_of_times_is_a_copy(runner: BaseRunner) -> None:
    runner.log_phase_start("validate")
    runner.log_phase_end("validate", 1.0)
    runner.get_phase_times_summary()["validate"] = 99.0
    assert runner.get_phase_times_summary() == {"validate": 1.0}


def test_an_error_is_logged_with_the_ids_of_the_run(
    runner: BaseRunner, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "opstrail.runner"):
        runner.log_error("no answer", "timeout")
    assert caplog.messages == [
        "error: message='no answer' detail='timeout' "
        "tenant_id=acme trace_id=trace-1 request_id=request-1"
    ]


def test_the_ends_of_phases_are_logged_with_their_times(
    runner: BaseRunner, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "opstrail.runner"):
        runner.log_phase_start("validate")
        runner.log_phase_end("validate", 1.5)
    assert caplog.messages == [
        "phase started: phase='validate' tenant_id=acme trace_id=trace-1 request_id=request-1",
        "phase ended: phase='validate' elapsed_ms=1.5 "
        "tenant_id=acme trace_id=trace-1 request_id=request-1",
    ]
