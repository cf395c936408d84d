"""What plans are checked against: which tools there are, and what their operations take.

Plans are validated and tools are ranked by this alone. A `ToolRegistry` is such a catalogue, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Protocol, Union, get_args, get_origin

from pydantic import BaseModel

from domain.tools.capabilities import Availability
from domain.tools.registry import UnknownTool
from domain.values.effect import Effect


class KnownOperation(Protocol):
    """What can be said of an operation without calling it."""

    @property
    def params(self) -> type[BaseModel]:
        """The model that its parameters must fit."""

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What it can do."""

    @property
    def effect(self) -> Effect:
        """What it does to the world outside."""

    @property
    def availability(self) -> Availability:
        """Who may call it, and what else must be there for it."""


class KnownTool(Protocol):
    """What can be said of a tool without making it."""

    @property
    def tool_name(self) -> str:
        """The name that plans call it by."""

    @property
    def tool_type(self) -> str:
        """Its type."""

    @property
    def operations(self) -> Mapping[str, KnownOperation]:
        """The operations by name."""


class KnownTools(Protocol):
    """The tools that plans may name."""

    def is_registered(self, name: str) -> bool:
        """Return whether there is a tool of this name."""

    def get_tool(self, name: str) -> KnownTool:
        """Return the tool. Raises `UnknownTool`."""

    def get_available_tools(self) -> Mapping[str, KnownTool]:
        """Return every tool by name."""


@dataclass(frozen=True, slots=True)
class DeclaredTool:
    """A tool as its class declares it; see `KnownTool`."""

    tool_name: str
    tool_type: str
    operations: Mapping[str, KnownOperation]


class ToolCatalogue:
    """The tools as their classes declare them; see `KnownTools`."""

    def __init__(self, tools: Iterable[KnownTool]) -> None:
        self._tools = {tool.tool_name: tool for tool in tools}

    def is_registered(self, name: str) -> bool:
        """See `KnownTools`."""
        return name in self._tools

    def get_tool(self, name: str) -> KnownTool:
        """See `KnownTools`."""
        tool = self._tools.get(name)
        if tool is None:
            raise UnknownTool(name, known=sorted(self._tools))
        return tool

    def get_available_tools(self) -> dict[str, KnownTool]:
        """See `KnownTools`."""
        return dict(self._tools)


def list_params(tools: KnownTools, tool: str, operation: str) -> set[str]:
    """Return the parameters of an operation that take a list, and never one value."""
    known = tools.get_tool(tool).operations if tools.is_registered(tool) else {}
    fields = known[operation].params.model_fields if operation in known else {}
    return {name for name, field in fields.items() if kinds_of(field.annotation) <= {list, tuple}}


def effect_of(tools: KnownTools, tool: str, operation: str) -> Effect:
    """Return what an operation does outside; an unknown one is not called, and does nothing."""
    known = tools.get_tool(tool).operations if tools.is_registered(tool) else {}
    return known[operation].effect if operation in known else Effect.READ


def kinds_of(annotation: object) -> set[object]:
    """Return the types that a parameter of this type takes, without None and what is in them."""
    types = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else [annotation]
    return {get_origin(each) or each for each in types} - {NoneType}
