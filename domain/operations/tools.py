"""The operations on tools: what they can do, and trying one."""

from typing import Final

from pydantic import Field

from domain.json import JsonMap
from domain.operations.operation import Access, Caller, Nothing, Params, Scope, command, read
from domain.operations.requests import ANCHOR
from domain.operations.services import Services
from domain.run.facts import Anchor
from domain.stages.workshop import anchored
from domain.tools.answers import checked
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.invoker import ToolInvoker
from domain.tools.registry import ToolInfo, UnknownTool
from domain.values.fields import Name
from domain.views.source import SOURCES, SourceState
from domain.views.tool import TOOL, TOOL_RESULT, TOOLS


class ToolParams(Params):
    """A tool."""

    name: Name = Field(description="A tool's name.")


class ToolCallParams(Params):
    """A call of a tool."""

    operation: Name = Field(description="A tool and its operation, such as ci.search.")
    params: JsonMap = Field(default_factory=dict, description="The parameters.")
    anchor: Anchor = ANCHOR


async def list_tools(have: Services, caller: Caller, _: Nothing) -> list[ToolInfo]:
    """Return what each tool can do; tell which of packages cannot be used."""
    for refusal in have.tools.refusals:
        caller.tell(f"opstrail: {refusal}")
    return list(have.tools.get_all_tools_info().values())


async def describe_tool(have: Services, _caller: Caller, params: ToolParams) -> ToolInfo:
    """Return what a tool can do."""
    return have.tools.get_tool_info(params.name)


async def call_tool(have: Services, caller: Caller, params: ToolCallParams) -> ToolResult:
    """Call a tool directly and return what it answered; this is no run, nothing is recorded."""
    name, dot, operation = params.operation.rpartition(".")
    tool_type = have.tools.get_tool(name if dot else operation).tool_type
    now = anchored(
        params.anchor,
        tenant_id=caller.tenant_id,
        requested_at=have.clock.now(),
        estate=have.estate,
    )
    context = ToolContext(tenant_id=caller.tenant_id, now=now.astimezone(have.zone))
    given = {**params.params, "operation": operation if dot else ""}
    confidential = have.confidential
    invoker = ToolInvoker(have.tools, confidential)
    result, _ = checked(name, await invoker.invoke(tool_type, context, given))
    return confidential.answer(result)


async def list_sources(have: Services, caller: Caller, _: Nothing) -> list[SourceState]:
    """Return the sources that the caller's tenant may use, each after one harmless try."""
    return await have.try_sources(caller.tenant_id)


LIST_TOOLS: Final = read("tool.list", Scope.RUNS_READ, Nothing, TOOLS, list_tools)
DESCRIBE_TOOL: Final = read(
    "tool.describe", Scope.RUNS_READ, ToolParams, TOOL, describe_tool, UnknownTool
)
CALL_TOOL: Final = command(
    *("tool.call", Scope.RUNS_WRITE, ToolCallParams, TOOL_RESULT, call_tool, UnknownTool),
    access=Access.READ,
)
LIST_SOURCES: Final = command(
    *("tool.sources", Scope.RUNS_READ, Nothing, SOURCES, list_sources), access=Access.READ
)
