"""Tools as faces show them: what they can do, and what a call answered."""

from typing import Final

from domain.tools.contracts import ToolResult
from domain.tools.registry import ToolInfo
from domain.views.json_form import View

TOOL: Final[View[ToolInfo]] = View("tool", ToolInfo)
TOOLS: Final[View[list[ToolInfo]]] = View("tools", list[ToolInfo])
TOOL_RESULT: Final[View[ToolResult]] = View("tool-result", ToolResult)
