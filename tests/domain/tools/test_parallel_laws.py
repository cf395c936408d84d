"""Laws that hold for every graph of tasks, whatever fails and however long each call takes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.tools.execution_report import ExecutionReport
from domain.tools.parallel import DependencyAwareExecutor
from domain.tools.task import ToolExecutionTask


@dataclass(frozen=True)
class Call:
    """A tool call in a graph; `turns` is how often it lets others run before it ends."""

    tool_id: str
    needs: tuple[str, ...]
    turns: int
    fails: bool


@dataclass(frozen=True)
class Graph:
    calls: tuple[Call, ...]
    max_concurrent: int
    fail_fast: bool


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    calls: list[Call] = []
    for number in range(draw(st.integers(0, 9))):
        earlier = [call.tool_id for call in calls]
        needs = draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else []
        turns = draw(st.integers(0, 4))
        calls.append(Call(f"t{number}", tuple(needs), turns, draw(st.integers(0, 4)) == 0))
    shuffled = draw(st.permutations(calls))
    return Graph(tuple(shuffled), draw(st.integers(1, 4)), draw(st.booleans()))


class Rehearsal:
    """Runs a graph and keeps (tool id, "start" or "end") in order, and the most calls at once."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.seen: list[tuple[str, str]] = []
        self.under_way = 0
        self.most_at_once = 0
        self.told: list[str] = []
        self.report = asyncio.run(self._run())

    async def _run(self) -> ExecutionReport:
        executor = DependencyAwareExecutor(
            self.graph.max_concurrent,
            self.graph.fail_fast,
            on_skipped=lambda task, _reason, _cause: self.told.append(task.tool_id),
        )
        for call in self.graph.calls:
            executor.add_task(ToolExecutionTask(call.tool_id, "ci", self._executor(call)))
            executor.add_dependency(call.tool_id, call.needs)
        return await asyncio.wait_for(executor.execute_with_dependencies(), timeout=20)

    def _executor(self, call: Call) -> Callable[[], Awaitable[None]]:
        async def execute() -> None:
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
            self.seen.append((call.tool_id, "start"))
            try:
                await self._take_turns(call)
            finally:
                self.under_way -= 1
            self.seen.append((call.tool_id, "end"))

        return execute

    async def _take_turns(self, call: Call) -> None:
        for _ in range(call.turns):
            await asyncio.sleep(0)
        if call.fails:
            raise LookupError(call.tool_id)

    def skipped(self) -> list[str]:
        return [skip["tool_id"] for skip in self.report["skipped_tasks"]]

    def failed(self) -> list[str]:
        return [error["tool_id"] for error in self.report["errors"]]


@given(graphs())
@settings(deadline=None)
def test_every_task_is_exactly_one_of_successful_failed_and_skipped(graph: Graph) -> None:
    seen = Rehearsal(graph)
    outcomes = [*seen.report["results"], *seen.failed(), *seen.skipped()]
    assert sorted(outcomes) == sorted(call.tool_id for call in graph.calls)


@given(graphs())
@settings(deadline=None)
def test_a_dependent_never_starts_before_its_dependencies_have_succeeded(graph: Graph) -> None:
    seen = Rehearsal(graph).seen
    needs = {call.tool_id: call.needs for call in graph.calls}
    for index, (tool_id, moment) in enumerate(seen):
        if moment == "start":
            assert {(needed, "end") for needed in needs[tool_id]} <= set(seen[:index])


@given(graphs())
@settings(deadline=None)
def test_the_limit_is_never_passed(graph: Graph) -> None:
    assert Rehearsal(graph).most_at_once <= graph.max_concurrent


@given(graphs())
@settings(deadline=None)
def test_without_fail_fast_only_dependents_of_what_did_not_succeed_are_skipped(
    graph: Graph,
) -> None:
    seen = Rehearsal(Graph(graph.calls, graph.max_concurrent, fail_fast=False))
    lost = {*seen.failed(), *seen.skipped()}
    expected = {call.tool_id for call in graph.calls if lost & set(call.needs)}
    assert set(seen.skipped()) == expected


@given(graphs())
@settings(deadline=None)
def test_each_skip_is_told_once(graph: Graph) -> None:
    seen = Rehearsal(graph)
    assert sorted(seen.told) == sorted(seen.skipped())


@given(graphs())
@settings(deadline=None)
def test_each_group_of_the_order_needs_only_earlier_groups(graph: Graph) -> None:
    executor = DependencyAwareExecutor()
    for call in graph.calls:
        executor.add_task(ToolExecutionTask(call.tool_id, "ci", asyncio.sleep))
        executor.add_dependency(call.tool_id, call.needs)
    needs = {call.tool_id: set(call.needs) for call in graph.calls}
    earlier: set[str] = set()
    for group in executor.compute_execution_order():
        assert all(needs[tool_id] <= earlier for tool_id in group)
        earlier |= set(group)
    assert earlier == set(needs)
