import asyncio

import pytest

from domain.tools.contracts import Operation, ToolErrorCode, ToolResult
from domain.tools.invoker import ToolCallError, ToolInvoker
from tests.domain.tools.fake_tools import (
    CONTEXT,
    FakeTool,
    Number,
    breaks,
    double,
    hangs,
    operation,
    panics,
    refuses,
    registry_of,
)

DOUBLE = Operation("double", "Double a number.", Number, double)
TOOL = FakeTool(
    "calc",
    DOUBLE,
    operation("miss", refuses(ToolErrorCode.DATA_NOT_FOUND, "no such number")),
    operation("break", breaks),
    operation("panic", panics),
    operation("hang", hangs),
    operation("silent", lambda _, __: ToolResult(success=False)),
)


@pytest.fixture
def invoker() -> ToolInvoker:
    return ToolInvoker(registry_of(TOOL))


def invoked(invoker: ToolInvoker, operation: str, *, timeout_ms: int | None = None) -> ToolResult:
    params = {"operation": operation}
    return asyncio.run(invoker.invoke("calc", CONTEXT, params, timeout_ms=timeout_ms))


def test_the_tools_are_known_by_name(invoker: ToolInvoker) -> None:
    assert invoker.get_available_tools() == ["calc"]


def test_a_registered_tool_is_available(invoker: ToolInvoker) -> None:
    assert invoker.is_available("calc")


def test_a_tool_that_nobody_registered_is_not_available(invoker: ToolInvoker) -> None:
    assert not invoker.is_available("oracle")


def test_a_call_that_fits_can_be_executed(invoker: ToolInvoker) -> None:
    assert invoker.can_execute("calc", {"operation": "double", "number": 3})


@pytest.mark.parametrize(
    ("tool", "params"),
    [
        ("oracle", {"operation": "double"}),
        ("calc", {"operation": "halve"}),
        ("calc", {"number": 3}),
        ("calc", {"operation": "double", "number": "three"}),
        ("calc", {"operation": "double", "count": 3}),
    ],
)
def test_a_call_that_does_not_fit_cannot_be_executed(
    invoker: ToolInvoker, tool: str, params: dict[str, object]
) -> None:
    assert not invoker.can_execute(tool, params)


def test_a_call_answers_what_the_tool_answers(invoker: ToolInvoker) -> None:
    assert invoked(invoker, "double").data == {"rows": [{"value": 2}]}


def test_a_refusal_keeps_the_code_of_the_tool(invoker: ToolInvoker) -> None:
    assert invoked(invoker, "miss").error_code is ToolErrorCode.DATA_NOT_FOUND


def test_a_fault_is_told_from_a_refusal(invoker: ToolInvoker) -> None:
    assert invoked(invoker, "break").error_code is ToolErrorCode.INTERNAL_ERROR


def test_a_panic_of_an_extension_is_a_failed_call_and_not_the_end_of_the_run(
    invoker: ToolInvoker,
) -> None:
    result = invoked(invoker, "panic")
    assert (result.error, result.error_code) == (
        "index out of bounds",
        ToolErrorCode.INTERNAL_ERROR,
    )


def test_a_call_past_its_limit_says_which_limit(invoker: ToolInvoker) -> None:
    result = invoked(invoker, "hang", timeout_ms=1)
    assert (result.error, result.error_code) == ("Timeout after 1 ms", ToolErrorCode.TOOL_TIMEOUT)


def test_a_call_of_an_unknown_tool_lists_the_known(invoker: ToolInvoker) -> None:
    result = asyncio.run(invoker.invoke("oracle", CONTEXT, {"operation": "ask"}))
    assert result.error == "unknown tool 'oracle'; registered: calc"


def test_an_unknown_tool_is_a_bad_request(invoker: ToolInvoker) -> None:
    result = asyncio.run(invoker.invoke("oracle", CONTEXT, {"operation": "ask"}))
    assert result.error_code is ToolErrorCode.TOOL_BAD_REQUEST


def test_cancelling_a_call_is_no_answer_of_the_tool(invoker: ToolInvoker) -> None:
    async def cancel() -> None:
        call = asyncio.create_task(invoker.invoke("calc", CONTEXT, {"operation": "hang"}))
        await asyncio.sleep(0)
        call.cancel()
        await call

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancel())


def test_data_come_with_what_was_warned_of(invoker: ToolInvoker) -> None:
    params = {"operation": "double", "number": 21}
    data = asyncio.run(invoker.execute_async("calc", CONTEXT, params))
    assert data == {"warnings": ["doubled"], "rows": [{"value": 42}]}


def test_a_failed_call_that_must_succeed_raises_what_the_tool_said(invoker: ToolInvoker) -> None:
    with pytest.raises(ToolCallError, match=r"^no such number$") as raised:
        asyncio.run(invoker.execute_async("calc", CONTEXT, {"operation": "miss"}))
    assert (raised.value.code, raised.value.details["searched"]) == (
        ToolErrorCode.DATA_NOT_FOUND,
        "x",
    )


def test_a_call_without_an_operation_is_refused(invoker: ToolInvoker) -> None:
    with pytest.raises(ToolCallError, match="calc has no operation None; allowed: break, double"):
        asyncio.run(invoker.execute_async("calc", CONTEXT, {}))


def test_a_tool_that_fails_in_silence_still_has_an_error(invoker: ToolInvoker) -> None:
    with pytest.raises(ToolCallError, match=r"^calc failed without saying why$"):
        asyncio.run(invoker.execute_async("calc", CONTEXT, {"operation": "silent"}))


def test_a_success_as_json_has_everything(invoker: ToolInvoker) -> None:
    answer = asyncio.run(invoker.execute_tool("calc", CONTEXT, {"operation": "double"}))
    assert answer == {
        "success": True,
        "data": {"rows": [{"value": 2}]},
        "error": None,
        "error_code": None,
        "error_details": None,
        "references": [{"id": "row:1"}],
        "warnings": ["doubled"],
        "metadata": {"row_count": 1},
    }


def test_a_failure_as_json_cannot_be_taken_for_a_success(invoker: ToolInvoker) -> None:
    answer = asyncio.run(invoker.execute_tool("calc", CONTEXT, {"operation": "break"}))
    assert (answer["success"], answer["error_code"]) == (False, "INTERNAL_ERROR")


def test_a_call_can_be_waited_for_without_an_event_loop(invoker: ToolInvoker) -> None:
    assert invoker.execute("calc", CONTEXT, {"operation": "double"}).success


def test_a_call_can_be_waited_for_under_a_running_event_loop(invoker: ToolInvoker) -> None:
    async def wait() -> ToolResult:
        return invoker.execute("calc", CONTEXT, {"operation": "double"})

    assert asyncio.run(wait()).success
