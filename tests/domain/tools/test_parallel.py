import asyncio
from functools import partial

import pytest

from domain.tools.parallel import DuplicateTask, ExecutorBusy, ParallelExecutor
from domain.tools.task import ToolExecutionTask
from domain.values.arguments import WrongArgument
from tests.domain.tools.calls import answers, fails, finish, never, task


def executor_of(*tasks: ToolExecutionTask, fail_fast: bool = False) -> ParallelExecutor:
    executor = ParallelExecutor(fail_fast=fail_fast)
    executor.add_tasks(tasks)
    return executor


class Gauge:
    """Counts how many calls are under way at once."""

    def __init__(self) -> None:
        self.now = 0
        self.highest = 0

    async def call(self) -> None:
        self.now += 1
        self.highest = max(self.highest, self.now)
        for _ in range(3):
            await asyncio.sleep(0)
        self.now -= 1


def test_nothing_to_do_reports_all_keys() -> None:
    clock = iter([1.0, 1.0])
    report = finish(ParallelExecutor(monotonic=lambda: next(clock)).execute())
    assert report == {
        "successful": 0,
        "failed": 0,
        "skipped": 0,
        "total": 0,
        "total_elapsed_ms": 0.0,
        "results": {},
        "errors": [],
        "skipped_tasks": [],
    }


def test_the_report_has_results_by_tool_id() -> None:
    clock = iter([1.0, 1.5])
    one = ToolExecutionTask("a", "ci", answers, monotonic=lambda: next(clock))
    report = finish(executor_of(one).execute())
    assert report["results"] == {"a": {"result": "answer", "elapsed_ms": 500.0}}


def test_the_report_has_errors_in_words() -> None:
    clock = iter([1.0, 1.5])
    one = ToolExecutionTask("a", "ci", fails, monotonic=lambda: next(clock))
    report = finish(executor_of(one).execute())
    assert report["errors"] == [
        {"tool_id": "a", "tool_name": "ci", "error": "no answer", "elapsed_ms": 500.0}
    ]


def test_a_failure_leaves_the_others_running() -> None:
    report = finish(executor_of(task("a", fails), task("b", answers)).execute())
    assert (report["successful"], report["failed"], report["skipped"]) == (1, 1, 0)


def test_the_total_time_is_measured_by_the_given_clock() -> None:
    clock = iter([1.0, 3.0])
    report = finish(ParallelExecutor(monotonic=lambda: next(clock)).execute())
    assert report["total_elapsed_ms"] == 2000.0


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_no_more_tasks_run_at_once_than_allowed(limit: int) -> None:
    gauge = Gauge()
    executor = ParallelExecutor(limit)
    executor.add_tasks(task(str(number), gauge.call) for number in range(8))
    finish(executor.execute())
    assert gauge.highest == limit


def test_ten_tasks_run_at_once_unless_said_otherwise() -> None:
    gauge = Gauge()
    executor = executor_of(*(task(str(number), gauge.call) for number in range(15)))
    finish(executor.execute())
    assert (executor.max_concurrent, gauge.highest) == (10, 10)


@pytest.mark.parametrize("limit", [0, -1, "5", 2.5, True])
def test_a_limit_that_is_no_number_of_tasks_is_refused(limit: int) -> None:
    with pytest.raises(
        ValueError, match=f"max_concurrent must be a whole number from 1 .* not {limit!r}"
    ):
        ParallelExecutor(limit)


def test_a_second_task_with_the_same_id_is_refused() -> None:
    executor = executor_of(task("a", answers))
    with pytest.raises(DuplicateTask, match="tool_id 'a' is already"):
        executor.add_task(task("a", fails))


def test_a_refused_task_leaves_the_first_in_place() -> None:
    executor = executor_of(task("a", answers))
    with pytest.raises(ValueError, match="'a'"):
        executor.add_task(task("a", fails))
    assert finish(executor.execute())["successful"] == 1


def test_a_completed_task_is_not_run_again() -> None:
    calls: list[str] = []

    async def counted() -> None:
        calls.append("a")

    executor = executor_of(task("a", counted))
    finish(executor.execute())
    finish(executor.execute())
    assert calls == ["a"]


def test_a_failed_task_is_not_run_again() -> None:
    calls: list[str] = []

    async def counted() -> None:
        calls.append("a")
        await fails()

    executor = executor_of(task("a", counted))
    finish(executor.execute())
    report = finish(executor.execute())
    assert (calls, report["failed"], report["total"]) == (["a"], 1, 1)


def test_a_task_added_later_runs_in_the_next_execution() -> None:
    executor = executor_of(task("a", answers))
    finish(executor.execute())
    executor.add_task(task("b", answers))
    report = finish(executor.execute())
    assert list(report["results"]) == ["a", "b"]


def test_a_reset_executor_has_no_tasks() -> None:
    executor = executor_of(task("a", answers))
    finish(executor.execute())
    executor.reset()
    assert finish(executor.execute())["total"] == 0


def test_a_skip_is_forgotten_by_a_reset() -> None:
    executor = executor_of(task("a", fails), task("b", never), fail_fast=True)
    finish(executor.execute())
    executor.reset()
    executor.add_task(task("b", answers))
    assert finish(executor.execute())["successful"] == 1


def test_the_summaries_are_in_the_order_of_adding() -> None:
    executor = executor_of(task("b", answers), task("a", answers))
    assert [summary["tool_id"] for summary in executor.get_task_summaries()] == ["b", "a"]


@pytest.mark.parametrize("operation", ["add_task", "reset"])
def test_an_executor_cannot_be_changed_while_it_runs(operation: str) -> None:
    async def changes() -> None:
        if operation == "reset":
            executor.reset()
        else:
            executor.add_task(task("b", answers))

    executor = executor_of(task("a", changes))
    report = finish(executor.execute())
    assert report["errors"][0]["error"] == (
        f"{operation}() is not possible while execute() is running"
    )


def test_an_executor_runs_once_at_a_time() -> None:
    async def twice() -> None:
        await asyncio.gather(executor.execute(), executor.execute())

    executor = executor_of(task("a", partial(asyncio.sleep, 0)))
    with pytest.raises(ExecutorBusy, match=r"execute\(\) is not possible"):
        finish(twice())


def test_a_limit_that_was_set_wrong_later_is_refused_when_it_counts() -> None:
    executor = executor_of(task("a", answers))
    executor.max_concurrent = 0
    with pytest.raises(ValueError, match="max_concurrent must be a whole number from 1 "):
        finish(executor.execute())


def test_the_lists_of_tasks_follow_what_becomes_of_them() -> None:
    good, bad = task("a", answers), task("b", fails)
    executor = executor_of(good, bad)
    assert (executor.tasks, executor.completed_tasks, executor.failed_tasks) == (
        *([good, bad], [], []),
    )
    finish(executor.execute())
    assert (executor.completed_tasks, executor.failed_tasks) == ([good], [bad])
    executor.reset()
    assert (executor.tasks, executor.completed_tasks, executor.failed_tasks) == ([], [], [])


def test_a_skipped_task_neither_completed_nor_failed() -> None:
    executor = ParallelExecutor(1, fail_fast=True)
    executor.add_tasks([task("a", fails), task("b", answers)])
    finish(executor.execute())
    assert ([each.tool_id for each in executor.failed_tasks], executor.completed_tasks) == (
        *(["a"], []),
    )


@pytest.mark.parametrize("wrong", [None, "a", 5, {"tool_id": "a"}])
def test_what_is_no_task_is_refused(wrong: ToolExecutionTask) -> None:
    with pytest.raises(WrongArgument, match="task must be a ToolExecutionTask, not"):
        ParallelExecutor().add_task(wrong)


def test_what_is_no_list_of_tasks_is_refused() -> None:
    with pytest.raises(WrongArgument, match="tasks must be a list of ToolExecutionTasks, not 5"):
        ParallelExecutor().add_tasks(5)  # type: ignore[arg-type]  # the claim of the test
