"""The tests that the requirements name, by their groups; finer ones are beside each class."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from domain.orchestration import (
    BaseRunner,
    DependencyAwareExecutor,
    ParallelExecutor,
    RunnerContext,
    ToolExecutionTask,
)
from domain.tools.execution_report import ExecutionReport
from tests.domain.tools.calls import fails, never, task


async def search(*keywords: str, limit: int = 10) -> list[str]:
    return [f"{word}-{number}" for word in keywords for number in range(limit)]


async def nothing() -> None:
    return None


E = TypeVar("E", bound=ParallelExecutor)


def filled(executor: E, **calls: Callable[[], Awaitable[object]]) -> E:
    executor.add_tasks(task(name, call) for name, call in calls.items())
    return executor


def counts(report: ExecutionReport) -> tuple[int, int, int, int]:
    return report["successful"], report["failed"], report["skipped"], report["total"]


@pytest.fixture
def context() -> RunnerContext:
    return RunnerContext("acme", "trace-1", "request-1")


@pytest.fixture
def runner(context: RunnerContext) -> BaseRunner:
    return BaseRunner(context)


class TestRunnerContext:
    def test_it_keeps_whose_run_it_is(self, context: RunnerContext) -> None:
        ids = (context.tenant_id, context.trace_id, context.request_id)
        assert ids == ("acme", "trace-1", "request-1")

    def test_a_new_one_is_empty(self, context: RunnerContext) -> None:
        assert (context.plan, context.plan_diagnostics) == (None, None)
        assert (context.composition_metadata, context.metrics_summary) == (None, None)
        assert (context.execution_results, context.execution_errors) == ({}, [])
        assert (context.response_blocks, context.phase_times) == ([], {})

    def test_it_has_errors_once_one_is_recorded(self, context: RunnerContext) -> None:
        assert not context.has_errors()
        context.execution_errors.append("gone")
        assert context.has_errors()

    def test_its_summary_counts_what_was_gathered(self, context: RunnerContext) -> None:
        context.execution_results |= {"a": 1, "b": 2}
        context.response_blocks += [{}, {}, {}]
        assert context.get_execution_summary() == {
            "execution_results_count": 2,
            "execution_errors_count": 0,
            "response_blocks_count": 3,
        }

    def test_two_share_nothing(self, context: RunnerContext) -> None:
        context.execution_results["a"] = 1
        assert RunnerContext("acme", "trace-2", "request-2").execution_results == {}


class TestBaseRunner:
    def test_it_has_a_context_and_a_logger(self, runner: BaseRunner) -> None:
        assert runner.context.request_id == "request-1"
        assert isinstance(runner.logger, logging.Logger)

    def test_it_logs_that_a_phase_starts(
        self, runner: BaseRunner, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.INFO, runner.logger.name):
            runner.log_phase_start("execute")
        assert "phase started: phase='execute' tenant_id=acme" in caplog.text
        assert runner.get_phase_times_summary() == {}

    def test_it_keeps_the_time_of_a_phase_even_of_one_never_started(
        self, runner: BaseRunner
    ) -> None:
        runner.log_phase_start("validate")
        runner.log_phase_end("validate", 2.0)
        runner.log_phase_end("execute", 12.5)
        assert runner.context.phase_times == {"validate": 2.0, "execute": 12.5}

    def test_it_keeps_errors_with_their_details(self, runner: BaseRunner) -> None:
        runner.log_error("no answer", {"tool": "ci"})
        context = runner.context
        assert context.execution_errors == ["no answer"]
        assert context.error_details == [{"message": "no answer", "detail": {"tool": "ci"}}]

    def test_its_summary_of_times_is_a_copy(self, runner: BaseRunner) -> None:
        runner.log_phase_end("execute", 1.0)
        runner.get_phase_times_summary()["execute"] = 99.0
        assert runner.context.phase_times == {"execute": 1.0}


class TestToolExecutionTask:
    def test_a_new_one_has_not_run(self) -> None:
        task = ToolExecutionTask("a", "ci", search)
        assert (task.args, task.kwargs, task.timeout_ms) == ((), {}, None)
        assert (task.start_time, task.end_time, task.result, task.error) == (None,) * 4
        assert (task.is_completed, task.get_elapsed_ms()) == (False, 0.0)

    def test_it_returns_and_keeps_its_result(self) -> None:
        task = ToolExecutionTask("a", "ci", search, ("erp",), {"limit": 2})
        assert asyncio.run(task.execute()) == ["erp-0", "erp-1"] == task.result
        assert task.is_completed

    def test_it_keeps_its_error_raises_it_again_and_is_not_completed(self) -> None:
        task = ToolExecutionTask("a", "ci", fails)
        with pytest.raises(LookupError, match="no answer") as raised:
            asyncio.run(task.execute())
        assert (task.error, task.is_completed) == (raised.value, False)

    def test_past_its_limit_it_fails_in_words_and_is_not_completed(self) -> None:
        task = ToolExecutionTask("a", "ci", never, timeout_ms=5)
        with pytest.raises(TimeoutError):
            asyncio.run(task.execute())
        assert (task.get_summary()["error"], task.is_completed) == ("Timeout after 5 ms", False)

    def test_it_knows_how_long_it_took(self) -> None:
        readings = iter([10.0, 10.25])
        task = ToolExecutionTask("a", "ci", nothing, monotonic=lambda: next(readings))
        asyncio.run(task.execute())
        assert task.get_elapsed_ms() == 250.0

    def test_its_summary_takes_none_for_a_result(self) -> None:
        task = ToolExecutionTask("a", "ci", nothing)
        asyncio.run(task.execute())
        summary = {**task.get_summary()}
        assert summary.pop("elapsed_ms") == task.get_elapsed_ms()
        assert list(summary.items()) == [
            *(("tool_id", "a"), ("tool_name", "ci"), ("is_completed", True)),
            *(("error", None), ("has_result", True)),
        ]


class TestParallelExecutor:
    def test_a_new_one_runs_ten_at_once_and_has_nothing_to_do(self) -> None:
        executor = ParallelExecutor()
        assert executor.max_concurrent == 10
        assert (executor.tasks, executor.completed_tasks, executor.failed_tasks) == ([], [], [])
        assert counts(asyncio.run(executor.execute())) == (0, 0, 0, 0)

    def test_it_reports_results_by_id_and_errors_in_words(self) -> None:
        report = asyncio.run(filled(ParallelExecutor(), a=nothing, b=fails).execute())
        assert counts(report) == (1, 1, 0, 2)
        assert report["results"]["a"]["result"] is None
        assert [each["error"] for each in report["errors"]] == ["no answer"]

    def test_its_lists_follow_what_becomes_of_the_tasks(self) -> None:
        executor = filled(ParallelExecutor(), a=nothing, b=fails)
        good, bad = executor.tasks
        asyncio.run(executor.execute())
        assert (executor.completed_tasks, executor.failed_tasks) == ([good], [bad])
        assert [each["tool_id"] for each in executor.get_task_summaries()] == ["a", "b"]

    def test_it_keeps_the_limit(self) -> None:
        under_way: set[object] = set()
        seen: list[int] = []

        async def call() -> None:
            under_way.add(mine := object())
            seen.append(len(under_way))
            await asyncio.sleep(0)
            under_way.discard(mine)

        executor = filled(ParallelExecutor(2), **dict.fromkeys("abcdefgh", call))
        assert counts(asyncio.run(executor.execute())) == (8, 0, 0, 8)
        assert max(seen) == 2

    def test_failing_fast_cancels_what_is_under_way(self) -> None:
        executor = filled(ParallelExecutor(2, fail_fast=True), a=never, b=fails, c=nothing)
        report = asyncio.run(executor.execute())
        assert counts(report) == (0, 1, 2, 3)
        reasons = [each["reason"].partition(" because ")[0] for each in report["skipped_tasks"]]
        assert reasons == ["Cancelled", "Not started"]

    def test_a_reset_forgets_everything_and_a_second_run_repeats_nothing(self) -> None:
        executor = filled(ParallelExecutor(), a=nothing)
        first = asyncio.run(executor.execute())
        assert counts(asyncio.run(executor.execute())) == counts(first) == (1, 0, 0, 1)
        executor.reset()
        assert (executor.tasks, executor.completed_tasks) == ([], [])


class TestDependencyAwareExecutor:
    def test_dependencies_are_lists_bytask(self) -> None:
        executor = filled(DependencyAwareExecutor(), a=nothing, b=nothing, c=nothing)
        executor.add_dependency("b", "a")
        executor.add_dependency("c", ["a", "b"])
        assert executor.dependencies == {"b": ["a"], "c": ["a", "b"]}

    def test_the_order_is_a_list_of_groups(self) -> None:
        executor = filled(DependencyAwareExecutor(), c=nothing, b=nothing, a=nothing)
        executor.add_dependency("c", ["a", "b"])
        assert executor.compute_execution_order() == [["b", "a"], ["c"]]
        assert executor.execution_order == [["b", "a"], ["c"]]

    def test_what_depends_on_a_failure_is_skipped_and_the_rest_runs(self) -> None:
        executor = filled(DependencyAwareExecutor(), a=fails, b=nothing, c=nothing)
        executor.add_dependency("b", "a")
        report = asyncio.run(executor.execute_with_dependencies())
        assert counts(report) == (1, 1, 1, 3)
        assert [each["cause"] for each in report["skipped_tasks"]] == ["a"]

    def test_cycles_and_unknown_ids_are_refused_before_anything_runs(self) -> None:
        circular, unknown = (
            filled(DependencyAwareExecutor(), a=nothing, b=nothing) for _ in range(2)
        )
        circular.add_dependency("a", "b")
        circular.add_dependency("b", "a")
        unknown.add_dependency("a", "ghost")
        for executor, told in ((circular, "form a cycle"), (unknown, "there is no task 'ghost'")):
            with pytest.raises(ValueError, match=told):
                asyncio.run(executor.execute_with_dependencies())
            assert executor.completed_tasks == []


class TestParallelExecutorTimings:
    def test_tasks_that_wait_for_each_other_can_only_end_at_the_same_time(self) -> None:
        meeting = asyncio.Barrier(3)
        readings = iter([1.0, 1.5])

        async def call() -> None:
            await meeting.wait()

        executor = filled(
            ParallelExecutor(monotonic=lambda: next(readings)), **dict.fromkeys("abc", call)
        )
        report = asyncio.run(executor.execute())
        assert (counts(report), report["total_elapsed_ms"]) == ((3, 0, 0, 3), 500.0)
