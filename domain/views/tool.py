"""Tools as faces show them: what they can do, what a call answered, what they ask outside."""

from dataclasses import dataclass
from typing import Final

from domain.tools.contracts import ToolResult
from domain.tools.registry import ToolInfo
from domain.views.json_form import View

__all__ = ["SOURCES", "TOOL", "TOOLS", "TOOL_RESULT", "SourceState", "ToolInfo", "ToolResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """A named source outside after one harmless try; `problem` is None when it answered.

    `url` names its secret, and does not hold it.
    """

    name: str
    kind: str
    url: str
    problem: str | None
    duration_ms: float


TOOL: Final[View[ToolInfo]] = View("tool", ToolInfo)
TOOLS: Final[View[list[ToolInfo]]] = View("tools", list[ToolInfo])
TOOL_RESULT: Final[View[ToolResult]] = View("tool-result", ToolResult)
SOURCES: Final[View[list[SourceState]]] = View("sources", list[SourceState])
