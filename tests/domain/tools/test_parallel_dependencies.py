import asyncio
from collections.abc import Awaitable, Callable

from domain.tools.parallel import DependencyAwareExecutor
from domain.tools.task import ToolExecutionTask
from tests.domain.tools.calls import answers, fails, finish, task


class Journal:
    """Executors that write down when they start and end."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def of(self, tool_id: str) -> Callable[[], Awaitable[None]]:
        async def call() -> None:
            self.lines.append(f"{tool_id} starts")
            await asyncio.sleep(0)
            self.lines.append(f"{tool_id} ends")

        return call


def executor_of(
    calls: dict[str, Callable[..., Awaitable[object]]],
    needs: dict[str, str | list[str]],
    *,
    fail_fast: bool = False,
) -> DependencyAwareExecutor:
    executor = DependencyAwareExecutor(fail_fast=fail_fast)
    executor.add_tasks(task(tool_id, call) for tool_id, call in calls.items())
    for tool_id, depends_on in needs.items():
        executor.add_dependency(tool_id, depends_on)
    return executor


def reasons(executor: DependencyAwareExecutor) -> dict[str, tuple[str, str]]:
    report = finish(executor.execute_with_dependencies())
    return {skip["tool_id"]: (skip["reason"], skip["cause"]) for skip in report["skipped_tasks"]}


def test_a_dependent_starts_after_its_dependency_has_ended() -> None:
    journal = Journal()
    executor = executor_of({"b": journal.of("b"), "a": journal.of("a")}, {"b": "a"})
    finish(executor.execute_with_dependencies())
    assert journal.lines == ["a starts", "a ends", "b starts", "b ends"]


def test_dependencies_hold_when_execute_is_called() -> None:
    journal = Journal()
    executor = executor_of({"b": journal.of("b"), "a": journal.of("a")}, {"b": "a"})
    finish(executor.execute())
    assert journal.lines == ["a starts", "a ends", "b starts", "b ends"]


def test_the_report_counts_all_tasks() -> None:
    executor = executor_of({"a": answers, "b": fails, "c": answers}, {"c": ["a", "b"]})
    report = finish(executor.execute_with_dependencies())
    counts = [report[key] for key in ("successful", "failed", "skipped", "total")]
    assert counts == [1, 1, 1, 3]


def test_a_slow_sibling_does_not_hold_up_the_successors_of_others() -> None:
    successor_ran = asyncio.Event()

    async def waits_for_the_successor() -> None:
        await successor_ran.wait()

    async def runs() -> None:
        successor_ran.set()

    executor = executor_of(
        {"slow": waits_for_the_successor, "fast": answers, "successor": runs},
        {"successor": "fast"},
    )
    report = finish(executor.execute_with_dependencies())
    assert report["successful"] == 3


def test_a_dependent_of_a_failed_task_is_skipped() -> None:
    executor = executor_of({"a": fails, "b": answers}, {"b": "a"})
    assert reasons(executor) == {"b": ("Dependency 'a' failed", "a")}


def test_a_dependent_of_a_skipped_task_is_skipped_for_its_direct_cause() -> None:
    executor = executor_of({"a": fails, "b": answers, "c": answers}, {"b": "a", "c": "b"})
    assert reasons(executor)["c"] == ("Dependency 'b' was skipped", "b")


def test_the_cause_is_the_first_failed_dependency_as_declared() -> None:
    async def fails_later() -> None:
        await asyncio.sleep(0)
        await fails()

    executor = executor_of({"x": fails, "y": fails_later, "z": answers}, {"z": ["y", "x"]})
    assert reasons(executor) == {"z": ("Dependency 'y' failed", "y")}


def test_after_a_failure_with_fail_fast_dependents_name_their_dependency() -> None:
    executor = executor_of({"a": fails, "b": answers}, {"b": "a"}, fail_fast=True)
    assert reasons(executor) == {"b": ("Dependency 'a' failed", "a")}


def test_after_a_failure_with_fail_fast_nothing_else_starts() -> None:
    async def ends_despite_cancellation() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    executor = executor_of(
        {"bad": fails, "good": ends_despite_cancellation, "next": answers},
        {"next": "good"},
        fail_fast=True,
    )
    assert reasons(executor) == {"next": ("Not started because 'bad' failed", "bad")}


def test_a_task_that_was_about_to_start_at_the_failure_is_not_started() -> None:
    executor = executor_of(
        {"good": answers, "bad": fails, "next": answers}, {"next": "good"}, fail_fast=True
    )
    assert reasons(executor) == {"next": ("Not started because 'bad' failed", "bad")}


def test_skips_are_told_while_others_still_run() -> None:
    all_told = asyncio.Event()

    def tell(skipped: ToolExecutionTask, _reason: str, _cause: str) -> None:
        if skipped.tool_id == "c":
            all_told.set()

    executor = DependencyAwareExecutor(on_skipped=tell)
    calls = {"slow": all_told.wait, "a": fails, "b": answers, "c": answers}
    executor.add_tasks(task(tool_id, call) for tool_id, call in calls.items())
    executor.add_dependency("b", "a")
    executor.add_dependency("c", "b")
    assert finish(executor.execute_with_dependencies())["successful"] == 1


def test_skips_are_told_as_they_happen() -> None:
    told: list[tuple[str, str, str]] = []
    executor = DependencyAwareExecutor(
        on_skipped=lambda skipped, reason, cause: told.append((skipped.tool_id, reason, cause))
    )
    executor.add_tasks([task("a", fails), task("b", answers)])
    executor.add_dependency("b", "a")
    finish(executor.execute_with_dependencies())
    assert told == [("b", "Dependency 'a' failed", "a")]


def test_a_dependency_said_twice_counts_once() -> None:
    executor = executor_of({"a": answers, "b": answers}, {"b": ["a", "a"]})
    assert finish(executor.execute_with_dependencies())["successful"] == 2


def test_a_task_added_later_may_depend_on_a_completed_one() -> None:
    executor = executor_of({"a": answers}, {})
    finish(executor.execute_with_dependencies())
    executor.add_task(task("b", answers))
    executor.add_dependency("b", "a")
    assert list(finish(executor.execute_with_dependencies())["results"]) == ["a", "b"]


def test_a_task_added_later_is_skipped_when_it_depends_on_a_failed_one() -> None:
    executor = executor_of({"a": fails}, {})
    finish(executor.execute_with_dependencies())
    executor.add_task(task("b", answers))
    executor.add_dependency("b", "a")
    assert reasons(executor) == {"b": ("Dependency 'a' failed", "a")}


def test_dependencies_are_forgotten_by_a_reset() -> None:
    executor = executor_of({"a": fails, "b": answers}, {"b": "a"})
    executor.reset()
    executor.add_task(task("b", answers))
    assert finish(executor.execute_with_dependencies())["successful"] == 1


def test_dependencies_cannot_be_added_while_tasks_run() -> None:
    async def adds() -> None:
        executor.add_dependency("a", "b")

    executor = executor_of({"a": adds}, {})
    report = finish(executor.execute_with_dependencies())
    assert report["errors"][0]["error"] == (
        "add_dependency() is not possible while execute() is running"
    )
