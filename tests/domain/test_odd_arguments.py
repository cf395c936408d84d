"""Whatever the classes of `domain.orchestration` are called with, they answer or refuse in words.

Nothing breaks inside: no AttributeError, KeyError, IndexError or TypeError comes out.
"""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.tools.builtin import builtin_registry
from domain.errors import Refused
from domain.orchestration import (
    BaseRunner,
    DependencyAwareExecutor,
    ParallelExecutor,
    RunnerContext,
    ToolExecutionTask,
    ToolExecutor,
)
from domain.tools.contracts import ToolErrorCode
from domain.tools.invoker import ToolCallError, ToolInvoker
from domain.tools.selector import SmartToolSelector
from domain.tools.tracer import ExecutionTracer
from infrastructure.estate.sql_estate import SqlEstate
from tests.domain.tools.calls import answers, task
from tests.estate_fixture import NOW, TENANT, small_estate

KNOWN = ("srv-01", "id-srv-01", "cpu_usage", "max", "last_1d", "ci", "search", "NEIGHBORS", "all")
plain = st.one_of(
    *(st.none(), st.booleans(), st.floats(), st.binary(max_size=3), st.sampled_from(KNOWN)),
    *(st.text(max_size=5), st.sampled_from(["", "x" * 5000, "\x00", "\ud800", object(), int])),
    *(st.integers(-3, 300), st.sampled_from([10**400, -(10**400), 2**63, 2**64])),
)
odd = st.recursive(
    plain,
    lambda part: st.one_of(
        st.lists(part, max_size=3),
        st.lists(part, max_size=3).map(tuple),
        st.dictionaries(st.sampled_from(["ci_id", "ci_code", "field", "value", "source"]), part),
        st.dictionaries(st.integers(0, 3), part, max_size=2),
    ),
    max_leaves=4,
)
ROW: dict[str, Any] = {"ci_id": "id-srv-01"}
VALID: dict[str, tuple[Any, ...]] = {
    "execute_tool": ("ci", "search"),
    "execute_tool_async": ("ci", "search"),
    "execute_tool_with_tracing": ("ci", "search", None),
    "select_best_tools": ("SEARCH", "ci", "all"),
    "get_system_load": (),
    "selection_strategy": ("ci",),
    "estimate_tool_times": (),
    "ci_search": (["shop"], [{"field": "status", "value": "active"}], 5, ("ci_code", "DESC")),
    "ci_search_async": (["shop"], None, None, None),
    "ci_get": ("id-srv-01",),
    "ci_get_async": ("id-srv-01",),
    "ci_get_by_code": ("srv-01",),
    "ci_aggregate": (["status"], ["count"], None, ["id-srv-01"], 3),
    "ci_aggregate_async": (["status"], ["count"], None, None, None),
    "ci_list_preview": (5, 0, []),
    "metric_aggregate": ("cpu_usage", "max", "last_1d", None, ["id-srv-01"]),
    "metric_aggregate_async": ("cpu_usage", "max", "last_1d", "id-srv-01", None),
    "metric_series_table": ("id-srv-01", "cpu_usage", "last_1d", 5),
    "graph_expand": ("id-srv-01", "NEIGHBORS", 2, {"max_nodes": 5}),
    "graph_path": ("id-srv-01", "id-db-01", 4),
    "history_recent": ({"source": "work_history"}, ROW, ["id-srv-01"], "last_7d", 5),
    "cep_simulate": ("r-cpu", ROW, {"value": 1}, {"count": 1}),
}
"""What each method takes, by place."""
MADE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlEstate]:
    with small_estate(tmp_path_factory.mktemp("estate")) as estate:
        yield estate


@pytest.fixture(scope="module")
def executor(estate: SqlEstate) -> ToolExecutor:
    tools, tracer = builtin_registry(estate), ExecutionTracer(now=lambda: NOW)
    return ToolExecutor(TENANT, ToolInvoker(tools), SmartToolSelector(tools), tracer)


def assert_told(call: Callable[[], Any]) -> str | None:
    """Return the words of a refusal; None when there was an answer. Anything else is raised."""
    try:
        answer = call()
        if inspect.isawaitable(answer):
            asyncio.run(_awaited(answer))
    except ToolCallError as error:
        if error.code is ToolErrorCode.INTERNAL_ERROR:
            raise
        return str(error)
    except (Refused, ValueError) as error:
        return str(error)
    return None


async def _awaited(work: Any) -> Any:  # noqa: ANN401 - of whatever type it is
    return await work


def test_every_method_of_the_executor_is_tried() -> None:
    methods = inspect.getmembers(ToolExecutor, inspect.isfunction)
    assert {name for name, _ in methods if not name.startswith("_")} == set(VALID)


@pytest.mark.parametrize("name", VALID)
def test_what_a_method_is_meant_to_take_is_answered(name: str, executor: ToolExecutor) -> None:
    assert assert_told(lambda: getattr(executor, name)(*VALID[name])) is None


@pytest.mark.parametrize("name", [name for name, values in VALID.items() if values])
@MADE
@given(data=st.data())
def test_a_method_of_the_executor_answers_or_refuses_in_words(
    name: str, executor: ToolExecutor, data: st.DataObject
) -> None:
    values = list(VALID[name])
    values[data.draw(st.integers(0, len(values) - 1))] = data.draw(odd)
    assert_told(lambda: getattr(executor, name)(*values))


@MADE
@given(params=st.dictionaries(st.sampled_from(["keywords", "limit", "filters", "colour"]), odd))
def test_a_tool_answers_or_refuses_in_words(
    executor: ToolExecutor, params: dict[str, Any]
) -> None:
    assert_told(lambda: executor.execute_tool("ci", "search", **params))


@MADE
@given(parts=st.tuples(odd, odd, odd, odd))
def test_an_executor_is_made_of_its_parts_or_refused(parts: tuple[Any, Any, Any, Any]) -> None:
    assert assert_told(lambda: ToolExecutor(*parts))


@MADE
@given(wrong=odd)
def test_each_odd_part_of_an_executor_is_refused(wrong: Any) -> None:  # noqa: ANN401 - any
    tools, tracer = builtin_registry(None), ExecutionTracer(now=lambda: NOW)  # type: ignore[arg-type]  # not read
    right = [TENANT, ToolInvoker(tools), SmartToolSelector(tools), tracer]
    for place in range(1, 4):
        parts: list[Any] = [*right]
        parts[place] = wrong
        assert assert_told(lambda: ToolExecutor(*parts))  # noqa: B023 - called at once


@MADE
@given(values=st.lists(odd, min_size=6, max_size=6))
def test_a_task_is_made_and_run_or_refused(values: list[Any]) -> None:
    assert_told(lambda: ToolExecutionTask(*values))
    assert_told(lambda: ToolExecutionTask("a", "ci", answers, *values[:3]).get_summary())
    assert_told(lambda: ToolExecutionTask("a", "ci", answers, timeout_ms=values[3]).execute())
    assert_told(lambda: ToolExecutionTask("a", "ci", lambda: values[4]).execute())


@MADE
@given(values=st.lists(odd, min_size=3, max_size=3))
def test_the_executors_of_many_calls_take_tasks_or_refuse(values: list[Any]) -> None:
    for kind in (ParallelExecutor, DependencyAwareExecutor):
        assert_told(lambda: kind(*values))  # noqa: B023 - called at once
        executor = kind()
        for value in values:
            assert_told(lambda: executor.add_task(value))  # noqa: B023 - called at once
            assert_told(lambda: executor.add_tasks(value))  # noqa: B023 - called at once
        executor.add_task(task("srv-01", answers))
        if isinstance(executor, DependencyAwareExecutor):
            assert_told(lambda: executor.add_dependency(values[0], values[1]))  # noqa: B023 - called at once
            assert_told(executor.compute_execution_order)
        executor.max_concurrent = values[2]
        assert_told(executor.execute)
        executor.reset()
        assert executor.tasks == []


@MADE
@given(values=st.lists(odd, min_size=11, max_size=11))
def test_a_runner_and_its_context_take_values_or_refuse(values: list[Any]) -> None:
    assert_told(lambda: RunnerContext(*values).get_execution_summary())
    assert_told(lambda: RunnerContext("acme", "t", "r", *values[3:]).get_execution_summary())
    assert_told(lambda: BaseRunner(values[0]))
    runner = BaseRunner(RunnerContext("acme", "trace-1", "request-1"))
    assert_told(lambda: runner.log_phase_start(values[1]))
    assert_told(lambda: runner.log_phase_end(values[1], values[2]))
    assert_told(lambda: runner.log_phase_end("execute", values[2]))
    assert_told(lambda: runner.log_error(values[3], values[4]))
    assert all(isinstance(text, str) for text in runner.context.execution_errors)
