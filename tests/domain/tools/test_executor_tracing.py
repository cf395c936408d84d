import asyncio
import json
import math
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from domain.tools.contracts import ToolContext, ToolErrorCode
from domain.tools.invoker import ToolCallError
from domain.tools.traced_calls import Receipt
from domain.tools.tracer import ExecutionTracer
from tests.domain.tools.executors import asked, ci_tool, executor_of
from tests.domain.tools.fake_tools import (
    NOON,
    FakeTool,
    answers,
    breaks,
    echo,
    hangs,
    operation,
    refuses,
)


def traced(name: str, run: Callable[[ToolContext, Any], Any]) -> dict[str, object]:
    tracer = ExecutionTracer(now=lambda: NOON)
    executor = executor_of(FakeTool("ci", operation(name, run)), tracer=tracer)
    with suppress(ToolCallError):
        asyncio.run(executor.execute_tool_with_tracing("ci", name, limit=2))
    (trace,) = json.loads(tracer.export_traces("json"))
    return dict(trace)


def test_a_traced_call_records_what_was_asked_and_how_much_came() -> None:
    trace = traced("search", answers({"rows": [1, 2]}))
    assert (trace["input_params"], trace["result_count"], trace["result_size_bytes"]) == (
        {"limit": 2},
        2,
        len('[{"rows": [1, 2]}, []]'),
    )


def test_a_traced_call_without_rows_has_no_count() -> None:
    assert traced("search", answers("erp"))["result_count"] is None


def test_a_failed_traced_call_records_the_error() -> None:
    trace = traced("search", breaks)
    assert (trace["success"], trace["error"]) == (False, "OSError: the disk is gone")


def test_a_failed_traced_call_still_raises() -> None:
    executor = ci_tool("search", breaks)
    with pytest.raises(ToolCallError, match="the disk is gone"):
        asyncio.run(executor.execute_tool_with_tracing("ci", "search"))


def test_an_answer_that_is_not_json_is_a_failed_call() -> None:
    not_json: Any = {"at": NOON}
    with pytest.raises(ToolCallError, match="ci answered with something that is not JSON"):
        ci_tool("search", answers(not_json)).execute_tool("ci", "search")


def test_a_number_that_json_lacks_is_a_failed_call() -> None:
    with pytest.raises(ToolCallError, match="ci answered with something that is not JSON"):
        ci_tool("search", answers({"value": math.nan})).execute_tool("ci", "search")


def test_a_call_for_a_runner_brings_the_whole_result_of_a_failure() -> None:
    executor = ci_tool("search", refuses(ToolErrorCode.AMBIGUOUS_CI, "2 items match"))
    receipt = Receipt()
    with pytest.raises(ToolCallError, match="2 items match"):
        asyncio.run(executor.execute_tool_with_tracing("ci", "search", receipt))
    result = receipt.result
    assert (result.success, result.error_code) == (False, ToolErrorCode.AMBIGUOUS_CI)


@pytest.mark.parametrize("name", ["self", "tool_type", "operation_", "receipt", "params"])
def test_a_parameter_for_a_runner_may_have_any_name(name: str) -> None:
    executor = ci_tool("search", echo)
    data = asyncio.run(
        executor.execute_tool_with_tracing("ci", "search", receipt=Receipt({name: "x"}))
    )
    assert asked(data) == {name: "x"}


def test_a_call_for_a_runner_is_given_up_at_its_limit() -> None:
    executor = ci_tool("search", hangs)
    with pytest.raises(ToolCallError, match="Timeout after 1 ms"):
        asyncio.run(executor.execute_tool_with_tracing("ci", "search", Receipt(timeout_ms=1)))


def test_a_cancelled_call_has_an_end_in_the_trace() -> None:
    tracer = ExecutionTracer(now=lambda: NOON)
    executor = executor_of(FakeTool("ci", operation("hang", hangs)), tracer=tracer)

    async def cancel() -> None:
        call = asyncio.create_task(executor.execute_tool_async("ci", "hang"))
        await asyncio.sleep(0)
        call.cancel()
        await asyncio.wait([call])

    asyncio.run(cancel())
    (trace,) = json.loads(tracer.export_traces("json"))
    assert (trace["success"], trace["error"]) == (False, "CancelledError")
