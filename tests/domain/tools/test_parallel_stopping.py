import asyncio

import pytest

from domain.tools.parallel import ParallelExecutor
from domain.tools.task import ToolExecutionTask
from tests.domain.tools.calls import answers, fails, finish, never, task


def executor_of(*tasks: ToolExecutionTask, fail_fast: bool = False) -> ParallelExecutor:
    executor = ParallelExecutor(fail_fast=fail_fast)
    executor.add_tasks(tasks)
    return executor


@pytest.mark.parametrize(("fail_fast", "continue_on_error"), [(True, True), (False, False)])
def test_the_first_failure_cancels_the_calls_under_way(
    *, fail_fast: bool, continue_on_error: bool
) -> None:
    executor = ParallelExecutor(fail_fast=fail_fast, continue_on_error=continue_on_error)
    executor.add_tasks([task("a", never), task("b", fails)])
    report = finish(executor.execute())
    assert report["skipped_tasks"] == [
        {
            "tool_id": "a",
            "tool_name": "ci",
            "reason": "Cancelled because 'b' failed",
            "cause": "b",
        }
    ]


def test_the_first_failure_keeps_waiting_tasks_from_starting() -> None:
    executor = ParallelExecutor(1, fail_fast=True)
    executor.add_tasks([task("a", fails), task("b", never)])
    report = finish(executor.execute())
    assert report["skipped_tasks"][0]["reason"] == "Not started because 'a' failed"


def test_a_cancelled_call_has_ended_when_the_report_is_made() -> None:
    ended: list[str] = []

    async def cleans_up() -> None:
        try:
            await never()
        finally:
            await asyncio.sleep(0)
            ended.append("a")

    finish(executor_of(task("a", cleans_up), task("b", fails), fail_fast=True).execute())
    assert ended == ["a"]


def test_a_call_that_answers_despite_its_cancellation_is_successful() -> None:
    async def answers_anyway() -> str:
        try:
            await never()
        except asyncio.CancelledError:
            return "late"
        return "never"

    both = executor_of(task("a", answers_anyway), task("b", fails), fail_fast=True)
    assert finish(both.execute())["results"]["a"]["result"] == "late"


def test_a_call_cancelled_from_inside_has_failed() -> None:
    async def cancels_itself() -> None:
        raise asyncio.CancelledError

    report = finish(executor_of(task("a", cancels_itself), task("b", answers)).execute())
    assert report["errors"][0]["error"] == "Cancelled from inside the tool call"


def test_no_call_begins_after_a_failure_with_fail_fast() -> None:
    calls: list[str] = []

    async def counted() -> None:
        calls.append("b")

    executor = ParallelExecutor(1, fail_fast=True)
    executor.add_tasks([task("a", fails), task("b", counted)])
    finish(executor.execute())
    assert calls == []


def test_skips_are_told_as_they_happen() -> None:
    told: list[tuple[str, str, str]] = []
    executor = ParallelExecutor(
        fail_fast=True,
        on_skipped=lambda skipped, reason, cause: told.append((skipped.tool_id, reason, cause)),
    )
    executor.add_tasks([task("a", never), task("b", fails)])
    finish(executor.execute())
    assert told == [("a", "Cancelled because 'b' failed", "b")]


def test_a_skip_that_could_not_be_told_is_not_kept() -> None:
    def refuses(_task: ToolExecutionTask, _reason: str, _cause: str) -> None:
        message = "disk full"
        raise OSError(message)

    executor = ParallelExecutor(1, fail_fast=True, on_skipped=refuses)
    executor.add_tasks([task("a", fails), task("b", answers)])
    with pytest.raises(OSError, match="disk full"):
        finish(executor.execute())
    assert finish(executor.execute())["successful"] == 1


class Lingering:
    """A call that waits for ever and, when cancelled, takes its time to end."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended_count = 0

    async def call(self) -> None:
        self.begun.set()
        try:
            await never()
        finally:
            await self._linger()

    async def _linger(self) -> None:
        try:
            for _ in range(5):
                await asyncio.sleep(0)
        finally:
            self.ended_count += 1


@pytest.mark.parametrize("cancel_count", [1, 2])
def test_when_the_caller_is_cancelled_all_calls_have_ended_first(cancel_count: int) -> None:
    async def ended_count_when_the_caller_ends() -> int:
        lingering = Lingering()
        executor = executor_of(task("a", lingering.call), task("b", lingering.call))
        caller = asyncio.create_task(executor.execute())
        await lingering.begun.wait()
        for _ in range(cancel_count):
            caller.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await caller
        return lingering.ended_count

    assert finish(ended_count_when_the_caller_ends()) == 2


def test_a_task_whose_caller_was_cancelled_can_be_run_again() -> None:
    async def cancel_and_run_again() -> int:
        begun = asyncio.Event()

        async def hangs_once() -> None:
            if not begun.is_set():
                begun.set()
                await never()

        executor = executor_of(task("a", hangs_once))
        caller = asyncio.create_task(executor.execute())
        await begun.wait()
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        return (await executor.execute())["successful"]

    assert finish(cancel_and_run_again()) == 1


def test_a_skipped_task_is_not_run_again() -> None:
    executor = executor_of(task("a", never), task("b", fails), fail_fast=True)
    finish(executor.execute())
    assert finish(executor.execute())["skipped"] == 1


def test_a_failure_while_stopping_is_not_the_cause_of_the_stop() -> None:
    async def fails_when_cancelled() -> None:
        try:
            await never()
        finally:
            await fails()

    executor = executor_of(
        task("c", fails_when_cancelled), task("a", never), task("b", fails), fail_fast=True
    )
    assert finish(executor.execute())["skipped_tasks"][0]["cause"] == "b"


def test_what_is_no_exception_goes_up_to_the_caller() -> None:
    class PowerLoss(BaseException):
        pass

    async def loses_power() -> None:
        raise PowerLoss

    with pytest.raises(PowerLoss):
        finish(executor_of(task("a", loses_power), task("b", never)).execute())
