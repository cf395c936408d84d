"""The tools that a service has, by name."""

from collections.abc import Callable
from typing import Any

from pydantic import JsonValue
from typing_extensions import TypedDict

from domain.tools.contracts import BaseTool


class OperationInfo(TypedDict):
    """What an operation does; `params` is the JSON Schema of its parameters."""

    summary: str
    capabilities: list[str]
    params: dict[str, Any]


class ToolInfo(TypedDict):
    """What a tool can do, operation by operation."""

    name: str
    type: str
    description: str
    operations: dict[str, OperationInfo]
    input_schema: dict[str, JsonValue] | None
    output_schema: dict[str, JsonValue] | None


class UnknownTool(ValueError):
    """No tool of this name is registered; the message lists those that are."""

    def __init__(self, name: str, *, known: list[str]) -> None:
        self.name, self.known = name, known
        super().__init__(f"unknown tool {name!r}; registered: {', '.join(known) or 'none'}")


class ToolRegistry:
    """The registered tools, in order of registration.

    Names are unique; several tools may share a type.
    """

    def __init__(self) -> None:
        self._tools: dict[str, BaseTool] = {}

    def register(self, tool_type: str, tool_class: Callable[[], BaseTool]) -> None:
        """Make the tool at once and register it.

        Raises ValueError when its type is not `tool_type`, or its name is taken.
        """
        tool = tool_class()
        if tool.tool_type != tool_type:
            message = f"{tool_class!r} makes tools of type {tool.tool_type!r}, not {tool_type!r}"
            raise ValueError(message)
        self.register_dynamic(tool)

    def register_dynamic(self, tool: BaseTool) -> None:
        """Register a ready tool under its name. Raises ValueError when the name is taken."""
        if tool.tool_name in self._tools:
            message = f"a tool named {tool.tool_name!r} is already registered"
            raise ValueError(message)
        self._tools[tool.tool_name] = tool

    def get_tool(self, name: str) -> BaseTool:
        """Return the tool. Raises `UnknownTool`."""
        tool = self._tools.get(name)
        if tool is None:
            raise UnknownTool(name, known=sorted(self._tools))
        return tool

    def get_available_tools(self) -> dict[str, BaseTool]:
        """Return every tool by name."""
        return dict(self._tools)

    def is_registered(self, name: str) -> bool:
        """Return whether a tool of this name is there."""
        return name in self._tools

    def get_tool_info(self, name: str) -> ToolInfo:
        """Return name, type, description, operations and schemas of a tool.

        Raises `UnknownTool`.
        """
        tool = self.get_tool(name)
        return {
            "name": tool.tool_name,
            "type": tool.tool_type,
            "description": tool.description,
            "operations": {
                operation.name: {
                    "summary": operation.summary,
                    "capabilities": list(operation.capabilities),
                    "params": operation.params.model_json_schema(),
                }
                for operation in tool.operations.values()
            },
            "input_schema": tool.input_schema,
            "output_schema": tool.output_schema,
        }

    def get_all_tools_info(self) -> dict[str, ToolInfo]:
        """Return the information of every tool by name."""
        return {name: self.get_tool_info(name) for name in self._tools}
