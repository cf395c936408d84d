"""The tools that a service has, by name."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import JsonValue
from typing_extensions import TypedDict

from domain.tools.contracts import BaseTool

OWN: Final = "opstrail"
"""The origin of the tools that opstrail itself has."""


class OperationInfo(TypedDict):
    """What an operation does; `params` is the JSON Schema of its parameters."""

    summary: str
    capabilities: list[str]
    params: dict[str, Any]


class ToolInfo(TypedDict):
    """What a tool can do, operation by operation; `origin` is the package that brings it."""

    name: str
    type: str
    origin: str
    description: str
    operations: dict[str, OperationInfo]
    input_schema: dict[str, JsonValue] | None
    output_schema: dict[str, JsonValue] | None


class UnknownTool(ValueError):
    """No tool, or `kind`, of this name is there; the message says why, and lists what is."""

    def __init__(
        self, name: str, *, known: list[str], why: str = "is not installed", kind: str = "tool"
    ) -> None:
        self.name, self.known = name, known
        super().__init__(f"{kind} {name!r} {why}; {kind}s: {', '.join(known) or 'none'}")


class ToolRegistry:
    """The registered tools, in order of registration.

    Names are unique; several tools may share a type. `refused` says by name why a tool is not
    there that a package would bring.
    """

    def __init__(self) -> None:
        self._tools: dict[str, BaseTool] = {}
        self._origins: dict[str, str] = {}
        self.refused: dict[str, str] = {}

    def register(self, tool_type: str, tool_class: Callable[[], BaseTool]) -> None:
        """Make the tool at once and register it.

        Raises ValueError when its type is not `tool_type`, or its name is taken.
        """
        tool = tool_class()
        if tool.tool_type != tool_type:
            message = f"{tool_class!r} makes tools of type {tool.tool_type!r}, not {tool_type!r}"
            raise ValueError(message)
        self.register_dynamic(tool)

    def register_dynamic(self, tool: BaseTool, origin: str = OWN) -> None:
        """Register a ready tool under its name. Raises ValueError when the name is taken."""
        if tool.tool_name in self._tools:
            message = f"a tool named {tool.tool_name!r} is already registered"
            raise ValueError(message)
        self._tools[tool.tool_name] = tool
        self._origins[tool.tool_name] = origin

    @property
    def refusals(self) -> list[str]:
        """What is said of each tool that is refused."""
        return [f"tool {name!r} {why}" for name, why in self.refused.items()]

    @property
    def installed(self) -> dict[str, str]:
        """The packages, with their versions, of the tools that packages bring, by tool."""
        return {name: origin for name, origin in self._origins.items() if origin != OWN}

    def get_tool(self, name: str) -> BaseTool:
        """Return the tool. Raises `UnknownTool`."""
        tool = self._tools.get(name)
        if tool is None:
            why = self.refused.get(name, "is not installed")
            raise UnknownTool(name, known=sorted(self._tools), why=why)
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
            "origin": self._origins[name],
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
