"""Calling tools as a run does."""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.tools.builtin import builtin_tools
from domain.query.selection import QueriedEstate
from domain.tools.contracts import ToolContext, ToolErrorCode
from tests.estate_fixture import NOW, TENANT

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Answer:
    """A tool's result with its JSON as `Json`, for tests to index without casts."""

    success: bool
    data: Json
    error: str
    error_details: Json
    error_code: ToolErrorCode | None
    warnings: list[str]
    references: Json
    metadata: Json


class Caller:
    """Calls any operation of the built-in tools, for one tenant as of one instant."""

    def __init__(self, estate: QueriedEstate, *, tenant_id: str = TENANT) -> None:
        self._tools = {tool.tool_type: tool for tool in builtin_tools(estate)}
        self._context = ToolContext(tenant_id, NOW)

    def __call__(self, call: str, **params: Json) -> Answer:
        """Return the result of `tool.operation`, failed or not."""
        tool, operation = call.split(".")
        given = {"operation": operation, **params}
        result = asyncio.run(self._tools[tool].safe_execute(self._context, given))
        return Answer(
            success=result.success,
            data=result.data,
            error=result.error or "",
            error_details=result.error_details,
            error_code=result.error_code,
            warnings=result.warnings,
            references=result.references,
            metadata=result.metadata,
        )

    def data(self, call: str, **params: Json) -> Json:
        """Return the data of a call that must succeed."""
        result = self(call, **params)
        assert result.success, result.error
        return result.data
