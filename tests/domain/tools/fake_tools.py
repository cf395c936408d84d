"""Small tools for tests of what calls and ranks tools."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import JsonValue

from domain.tools.contracts import (
    BaseTool,
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)
from domain.tools.registry import ToolRegistry

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONTEXT = ToolContext(tenant_id="acme", now=NOON)


class Number(ToolParams):
    number: int = 1


class Anything(ToolParams):
    model_config = {"extra": "allow"}


class Panic(BaseException):
    """Like the panic of a compiled extension: no Exception."""


class FakeTool(BaseTool):
    """A tool of one name with the operations that a test gives it."""

    def __init__(self, name: str, *operations: Operation[Any]) -> None:
        self._name = name
        self._operations = {operation.name: operation for operation in operations}

    @property
    def tool_type(self) -> str:
        return self._name

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        return self._operations


def operation(
    name: str, run: Callable[[ToolContext, Any], Any], *capabilities: str
) -> Operation[Any]:
    return Operation(name, f"{name}.", Anything, run, capabilities)


def answers(data: JsonValue) -> Callable[[ToolContext, Any], ToolResult]:
    return lambda _, __: ToolResult(success=True, data=data)


def refuses(code: ToolErrorCode, message: str) -> Callable[[ToolContext, Any], ToolResult]:
    def refuse(_: ToolContext, __: object) -> ToolResult:
        raise ToolFailure(code, message, details={"searched": "x"})

    return refuse


def double(_: ToolContext, params: Number) -> ToolResult:
    return ToolResult(
        success=True,
        data={"rows": [{"value": 2 * params.number}]},
        warnings=["doubled"],
        references=[{"id": "row:1"}],
        metadata={"row_count": 1},
    )


def breaks(_: ToolContext, __: object) -> ToolResult:
    message = "the disk is gone"
    raise OSError(message)


def panics(_: ToolContext, __: object) -> ToolResult:
    message = "index out of bounds"
    raise Panic(message)


async def hangs(_: ToolContext, __: object) -> ToolResult:
    await asyncio.Event().wait()
    raise AssertionError


def echo(context: ToolContext, params: Anything) -> ToolResult:
    """Answer who asked for what, as the data of every wrapper shows it."""
    asked = json.loads(params.model_dump_json())
    row: JsonValue = {"tenant": context.tenant_id, "asked": asked}
    return ToolResult(success=True, data={"rows": [row]})


def registry_of(*tools: BaseTool) -> ToolRegistry:
    registry = ToolRegistry()
    for tool in tools:
        registry.register_dynamic(tool)
    return registry
