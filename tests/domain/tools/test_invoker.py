import asyncio

import pytest
from pydantic import JsonValue

from domain.tools.contracts import Operation, ToolErrorCode, ToolResult
from domain.tools.invoker import ToolCallError, ToolInvoker, data_of
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


def test_a_call_that_fits_is_accepted() -> None:
    assert TOOL.accepts({"operation": "double", "number": 3})


@pytest.mark.parametrize(
    "params",
    [
        {"operation": "halve"},
        {"number": 3},
        {"operation": "double", "number": "three"},
        {"operation": "double", "count": 3},
    ],
)
def test_a_call_that_does_not_fit_is_not_accepted(params: dict[str, object]) -> None:
    assert not TOOL.accepts(params)


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
    assert result.error == "tool 'oracle' is not installed; tools: calc"


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


def data_of_call(invoker: ToolInvoker, params: dict[str, object]) -> JsonValue:
    return data_of("calc", asyncio.run(invoker.invoke("calc", CONTEXT, params)))


def test_data_come_with_what_was_warned_of(invoker: ToolInvoker) -> None:
    params: dict[str, object] = {"operation": "double", "number": 21}
    data = data_of_call(invoker, params)
    assert data == {"warnings": ["doubled"], "rows": [{"value": 42}]}


def test_a_failed_call_that_must_succeed_raises_what_the_tool_said(invoker: ToolInvoker) -> None:
    with pytest.raises(ToolCallError, match=r"^no such number$") as raised:
        data_of_call(invoker, {"operation": "miss"})
    assert (raised.value.code, raised.value.details["searched"]) == (
        ToolErrorCode.DATA_NOT_FOUND,
        "x",
    )


def test_a_call_without_an_operation_is_refused(invoker: ToolInvoker) -> None:
    with pytest.raises(ToolCallError, match="calc has no operation None; allowed: break, double"):
        data_of_call(invoker, {})


def test_a_tool_that_fails_in_silence_still_has_an_error(invoker: ToolInvoker) -> None:
    with pytest.raises(ToolCallError, match=r"^calc failed without saying why$"):
        data_of_call(invoker, {"operation": "silent"})
