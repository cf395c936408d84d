"""A tool of a package of its own: which TCP ports of a host answer."""

import asyncio

from pydantic import JsonValue

from domain.tools.contracts import BaseTool, ToolContext, ToolParams, ToolResult, operations_of


class CheckParams(ToolParams):
    """A host and its ports; each gets `seconds` to answer."""

    host: str
    ports: list[int]
    seconds: float = 1.0


async def check(context: ToolContext, params: CheckParams) -> ToolResult:
    """Say which TCP ports of a host answer."""
    rows = list[JsonValue]()
    for number, port in enumerate(params.ports, start=1):
        context.progress(f"{number} of {len(params.ports)}")
        try:
            opening = asyncio.open_connection(params.host, port)
            _, writer = await asyncio.wait_for(opening, params.seconds)
            writer.close()
            rows.append({"port": port, "is_open": True})
        except OSError as error:
            rows.append({"port": port, "is_open": False, "error": str(error) or "no answer"})
    return ToolResult(success=True, data={"rows": rows})


class TcpTool(BaseTool):
    """Checks TCP ports."""

    tool_type = "tcp"
    operations = operations_of(check)
