import asyncio
import inspect
from datetime import timedelta

import pytest

from domain.errors import Refused
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolResult
from domain.tools.executor import ToolExecutor
from domain.tools.invoker import ToolCallError, ToolInvoker
from domain.tools.selector import SmartToolSelector
from domain.tools.tracer import ExecutionTracer
from tests.domain.tools.executors import ECHOING, asked, ci_tool, executor_of
from tests.domain.tools.fake_tools import (
    CONTEXT,
    NOON,
    FakeTool,
    answers,
    breaks,
    operation,
    refuses,
    registry_of,
)


def test_an_executor_for_another_tenant_than_its_context_is_refused() -> None:
    registry = registry_of()
    with pytest.raises(ToolCallError, match="the context is of tenant 'acme', not 'evil'"):
        ToolExecutor(
            "evil",
            ToolInvoker(registry),
            SmartToolSelector(registry),
            ExecutionTracer(now=lambda: NOON),
            context=CONTEXT,
        )


def test_without_context_each_call_is_of_the_tenant_as_of_its_own_instant() -> None:
    seen: list[ToolContext] = []
    instants = iter([NOON, NOON + timedelta(hours=1)])

    def look(context: ToolContext, _: object) -> ToolResult:
        seen.append(context)
        return ToolResult(success=True)

    registry = registry_of(FakeTool("ci", operation("search", look)))
    # The tracer notes the instant of each call, too.
    tracer = ExecutionTracer(now=lambda: next(instants))
    tracer.start_trace = lambda *_: ""  # type: ignore[method-assign]  # so that it reads no clock
    executor = ToolExecutor("acme", ToolInvoker(registry), SmartToolSelector(registry), tracer)
    executor.execute_tool("ci", "search")
    executor.execute_tool("ci", "search")
    assert [(each.tenant_id, each.now.hour) for each in seen] == [("acme", 12), ("acme", 13)]


def test_a_context_that_is_none_is_refused() -> None:
    tools, tracer = registry_of(), ExecutionTracer(now=lambda: NOON)
    parts = (ToolInvoker(tools), SmartToolSelector(tools), tracer)
    with pytest.raises(Refused, match="context must be a ToolContext or None, not 'acme'"):
        ToolExecutor("acme", *parts, context="acme")  # type: ignore[arg-type]  # the claim of the test


@pytest.mark.parametrize("ci_id", ["\ud800", "a\x00b", 2**64, float("nan")])
def test_a_parameter_that_no_json_from_outside_may_hold_is_refused_by_its_place(
    ci_id: str,
) -> None:
    with pytest.raises(Refused, match=r"^params: .* at '/ci_id'$"):
        executor_of(*ECHOING).ci_get(ci_id)


def test_arguments_may_be_given_by_name() -> None:
    executor = executor_of(*ECHOING)
    waited = executor.execute_tool(tool_type="ci", operation="search", limit=3)
    call = executor.execute_tool_with_tracing(tool_type="ci", operation="search", limit=3)
    assert asked(waited) == asked(asyncio.run(call)) == {"limit": 3}


def test_a_waiting_method_goes_by_its_own_name() -> None:
    assert ToolExecutor.ci_search.__qualname__ == "ToolExecutor.ci_search"
    assert not inspect.iscoroutinefunction(ToolExecutor.ci_search)


def test_every_call_is_made_for_the_tenant() -> None:
    data = executor_of(*ECHOING).execute_tool("ci", "search")
    assert data == {"rows": [{"tenant": "acme", "asked": {}}]}


def test_a_parameter_that_is_none_is_left_to_the_tool() -> None:
    assert asked(executor_of(*ECHOING).execute_tool("ci", "search", limit=None, a=0)) == {"a": 0}


def test_a_tool_can_be_waited_for_under_a_running_event_loop() -> None:
    async def wait() -> object:
        return executor_of(*ECHOING).ci_get("id-1")

    assert asked(asyncio.run(wait())) == {"ci_id": "id-1"}


def test_a_failed_call_is_a_value_error_with_the_code_of_the_tool() -> None:
    executor = ci_tool("search", refuses(ToolErrorCode.INVALID_PARAMS, "no field 'x'"))
    with pytest.raises(ValueError, match="no field 'x'") as raised:
        executor.execute_tool("ci", "search")
    assert isinstance(raised.value, ToolCallError)
    assert raised.value.code is ToolErrorCode.INVALID_PARAMS


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        (
            "ci_search",
            (["erp"], [{"field": "a", "value": "b"}], 5, ("x", "ASC")),
            {
                "keywords": ["erp"],
                "filters": [{"field": "a", "value": "b"}],
                "limit": 5,
                "sort": [{"field": "x", "direction": "ASC"}],
            },
        ),
        ("ci_search", (), {}),
        ("ci_get", ("a",), {"ci_id": "a"}),
        ("ci_get_by_code", ("srv-1",), {"ci_code": "srv-1"}),
        (
            "ci_aggregate",
            (["status"], ["count"], None, ["a"], 3),
            {"group_by": ["status"], "metrics": ["count"], "ci_ids": ["a"], "top_n": 3},
        ),
        ("ci_list_preview", (10,), {"limit": 10, "offset": 0}),
        (
            "metric_aggregate",
            ("cpu", "avg", "last_1h", None, ["a", "b"]),
            {"metric_name": "cpu", "agg": "avg", "time_range": "last_1h", "ci_ids": ["a", "b"]},
        ),
        (
            "metric_series_table",
            ("a", "cpu", "last_1h", 9),
            {"ci_id": "a", "metric_name": "cpu", "time_range": "last_1h", "limit": 9},
        ),
        (
            "graph_expand",
            ("a", "IMPACT", 2, {"max_nodes": 5}),
            {"ci_id": "a", "view": "IMPACT", "depth": 2, "limits": {"max_nodes": 5}},
        ),
        ("graph_path", ("a", "b", 4), {"source_id": "a", "target_id": "b", "hops": 4}),
        (
            "cep_simulate",
            ("r", {"ci_id": "a"}, None, {"count": 1}),
            {"rule_id": "r", "ci_context": {"ci_id": "a"}, "history_context": {"count": 1}},
        ),
    ],
)
def test_a_wrapper_asks_for_what_it_is_given(
    method: str, given: tuple[object, ...], expected: object
) -> None:
    assert asked(getattr(executor_of(*ECHOING), method)(*given)) == expected


@pytest.mark.parametrize(
    ("method", "given", "expected"),
    [
        ("ci_search_async", (["erp"],), {"keywords": ["erp"]}),
        ("ci_get_async", ("a",), {"ci_id": "a"}),
        ("ci_aggregate_async", ([], ["count"]), {"group_by": [], "metrics": ["count"]}),
        (
            "metric_aggregate_async",
            ("cpu", "avg", "last_1h", "a"),
            {"metric_name": "cpu", "agg": "avg", "time_range": "last_1h", "ci_id": "a"},
        ),
    ],
)
def test_an_async_wrapper_asks_for_what_it_is_given(
    method: str, given: tuple[object, ...], expected: object
) -> None:
    assert asked(asyncio.run(getattr(executor_of(*ECHOING), method)(*given))) == expected


@pytest.mark.parametrize("name", ["get", "get_by_code"])
def test_an_item_that_is_not_there_is_none(name: str) -> None:
    executor = ci_tool(name, refuses(ToolErrorCode.DATA_NOT_FOUND, "no such item"))
    assert getattr(executor, f"ci_{name}")("x") is None


@pytest.mark.parametrize("name", ["get", "get_by_code"])
def test_an_outage_does_not_look_like_an_item_that_is_not_there(name: str) -> None:
    with pytest.raises(ToolCallError, match="the disk is gone"):
        getattr(ci_tool(name, breaks), f"ci_{name}")("x")


def test_an_answer_of_another_shape_is_an_error_that_says_so() -> None:
    with pytest.raises(ToolCallError, match="answered str where an object was expected"):
        ci_tool("search", answers("erp")).ci_search()


def test_an_answer_without_rows_is_an_error_that_says_so() -> None:
    with pytest.raises(ToolCallError, match="answered NoneType where a list of rows was expected"):
        ci_tool("search", answers({"total": 3})).ci_search()
