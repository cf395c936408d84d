import asyncio
import threading
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import Field, ValidationError

from domain.tools.contracts import (
    BaseTool,
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)
from tests.fakes import NOON

CONTEXT = ToolContext("acme", NOON)


class Doubling(ToolParams):
    number: int = Field(ge=1, le=100)


class Doubler(BaseTool):
    """Doubles numbers.

    This is not part of its description.
    """

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []

    @property
    def tool_type(self) -> str:
        return "doubler"

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        return {
            "double": Operation("double", "Twice the number", Doubling, self._double, ("double",)),
            "blocking": Operation("blocking", "Twice, in a thread", Doubling, self._blocking),
            "refuse": Operation("refuse", "Never answers", Doubling, self._refuse),
            "break": Operation("break", "Breaks", Doubling, self._break),
        }

    async def _double(self, context: ToolContext, params: Doubling) -> ToolResult:
        return ToolResult(success=True, data=params.number * 2)

    def _blocking(self, context: ToolContext, params: Doubling) -> ToolResult:
        self.threads.append(threading.current_thread())
        return ToolResult(success=True, data=params.number * 2)

    async def _refuse(self, context: ToolContext, params: Doubling) -> ToolResult:
        raise ToolFailure(ToolErrorCode.DATA_NOT_FOUND, "no such number", details={"number": 3})

    async def _break(self, context: ToolContext, params: Doubling) -> ToolResult:
        return ToolResult(success=True, data=params.number // 0)


def called(**params: object) -> ToolResult:
    return asyncio.run(Doubler().safe_execute(CONTEXT, params))


@pytest.mark.parametrize("operation", ["double", "blocking"])
def test_an_operation_answers_whether_it_awaits_or_blocks(operation: str) -> None:
    assert called(operation=operation, number=21) == ToolResult(success=True, data=42)


def test_an_operation_that_blocks_runs_in_a_thread_of_its_own() -> None:
    tool = Doubler()
    asyncio.run(tool.execute(CONTEXT, {"operation": "blocking", "number": 3}))
    assert threading.current_thread() not in tool.threads != []


def test_parameters_are_converted_to_their_types() -> None:
    assert called(operation="double", number="21").data == 42


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"operation": "halve"},
            "doubler has no operation 'halve'; allowed: blocking, break, double, refuse",
        ),
        ({}, "doubler has no operation None; allowed: blocking, break, double, refuse"),
        ({"operation": "double"}, "doubler.double: number: field required"),
        (
            {"operation": "double", "number": 0},
            "doubler.double: number: input should be greater than or equal to 1, got 0",
        ),
        (
            {"operation": "double", "number": 1, "nummer": 2},
            "doubler.double: nummer: extra inputs are not permitted, got 2",
        ),
    ],
)
def test_wrong_parameters_are_refused_with_what_is_allowed(
    params: dict[str, object], message: str
) -> None:
    result = called(**params)
    assert (result.success, result.error_code, result.error) == (
        False,
        ToolErrorCode.INVALID_PARAMS,
        message,
    )


def test_a_tool_that_cannot_answer_says_why() -> None:
    result = called(operation="refuse", number=3)
    assert (result.error_code, result.error, result.error_details) == (
        ToolErrorCode.DATA_NOT_FOUND,
        "no such number",
        {"exception_type": "ToolFailure", "tool_type": "doubler", "number": 3},
    )


def test_a_broken_tool_gives_a_failed_result() -> None:
    result = called(operation="break", number=3)
    assert (result.success, result.error_code, result.error) == (
        False,
        ToolErrorCode.INTERNAL_ERROR,
        "ZeroDivisionError: integer division or modulo by zero",
    )


def test_executing_without_a_net_raises() -> None:
    with pytest.raises(ToolFailure, match="no such number"):
        asyncio.run(Doubler().execute(CONTEXT, {"operation": "refuse", "number": 3}))


@pytest.mark.parametrize(
    ("params", "fits"),
    [
        ({"operation": "double", "number": 3}, True),
        ({"operation": "double", "number": 300}, False),
        ({"operation": "halve", "number": 3}, False),
    ],
)
def test_a_tool_knows_which_calls_fit(params: dict[str, object], fits: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert asyncio.run(Doubler().should_execute(CONTEXT, params)) is fits


def test_a_tool_describes_itself() -> None:
    tool = Doubler()
    assert (tool.tool_name, tool.description, tool.output_schema) == (
        "doubler",
        "Doubles numbers.",
        None,
    )


def test_a_tool_shows_what_its_operations_take() -> None:
    schema = Doubler().input_schema
    assert schema is not None
    assert schema["double"] == Doubling.model_json_schema()


def test_parameters_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Doubling(number=1).number = 2  # type: ignore[misc]  # the claim of the test


def test_a_result_gathers_warnings_and_metadata() -> None:
    result = ToolResult(success=True)
    result.add_warning("truncated")
    result.set_metadata("row_count", 3)
    assert (result.warnings, result.get_metadata("row_count"), result.get_metadata("x", 1)) == (
        ["truncated"],
        3,
        1,
    )


def test_two_results_share_nothing() -> None:
    ToolResult(success=True).add_warning("truncated")
    assert ToolResult(success=True).warnings == []


def test_a_context_keeps_what_is_noted() -> None:
    context = ToolContext("acme", NOON)
    context.set_metadata("cache", "off")
    assert (context.get_metadata("cache"), context.get_metadata("other", "x")) == ("off", "x")


class Sizes(ToolParams):
    most: int = 5
    least: float | None = None
    either: int | bool = 1
    exact: bool = False


@pytest.mark.parametrize("given", [{"most": True}, {"least": False}], ids=str)
def test_true_and_false_are_no_numbers(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="input should be a number, got"):
        Sizes(**given)


def test_true_is_taken_where_it_may_stand() -> None:
    assert Sizes(either=True, exact=True).model_dump() == {
        "most": 5,
        "least": None,
        "either": True,
        "exact": True,
    }
