"""Declaring the operations of the built-in tools, and making tools of an estate.

Declarations belong to the tool's class: what an operation takes is known before any tool is made.
Refusals are translated here, in one place.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar, cast

from msgspec import structs
from pydantic import StringConstraints

from adapters.sources.sources import Sources
from domain.estate.errors import EstateError, UnknownField
from domain.estate.measures import WrongMeasure
from domain.json import JsonMap
from domain.plan.time_range import WrongTimeRange
from domain.tools.capabilities import EVERYWHERE, Availability
from domain.tools.contracts import (
    BaseTool,
    Operation,
    ToolContext,
    ToolErrorCode,
    ToolFailure,
    ToolParams,
    ToolResult,
)
from domain.values.effect import Effect

if TYPE_CHECKING:
    from domain.query.selection import QueriedEstate

P = TypeVar("P", bound=ToolParams)
T = TypeVar("T", bound="OwnTool")

Answering = ToolResult | Awaitable[ToolResult]

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that says something: blanks around it do not count."""


class OwnTool(BaseTool):
    """The root of the built-in tools: a subclass names its type and its operations."""

    TYPE: ClassVar[str]

    @property
    def tool_type(self) -> str:
        """See `BaseTool`."""
        return self.TYPE

    @cached_property
    def operations(self) -> Mapping[str, Operation[Any]]:
        """See `BaseTool`."""
        declared = declared_operations(type(self))
        return {name: self._own(each) for name, each in declared.items()}

    def _own(self, declared: "DeclaredOperation[Any, Any]") -> Operation[Any]:
        return declared.bound(self)


class EstateTool(OwnTool):
    """The root of the tools that read an estate."""

    def __init__(self, estate: "QueriedEstate") -> None:
        self._estate = estate

    def _own(self, declared: "DeclaredOperation[Any, Any]") -> Operation[Any]:
        return declared.of(self, self._estate)


class SourceTool(OwnTool):
    """The root of the tools that ask named sources outside."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources


@dataclass(frozen=True, slots=True)
class DeclaredOperation(Generic[T, P]):
    """An operation as a tool's class declares it; `run` takes the tool first."""

    name: str
    summary: str
    params: type[P]
    capabilities: tuple[str, ...]
    run: Callable[[T, ToolContext, P], Answering]
    effect: Effect = Effect.READ
    availability: Availability = EVERYWHERE

    def of(self, tool: T, estate: "QueriedEstate") -> Operation[P]:
        """Return the operation of a tool; its results name the estate's revision.

        What the estate, a measure or a time range refuses becomes a `ToolFailure` with
        INVALID_PARAMS.
        """

        def answer(context: ToolContext, given: P) -> ToolResult:
            revision = estate.revision(context.tenant_id)
            try:
                result = cast("ToolResult", self.run(tool, context, given))
            except (EstateError, WrongMeasure, WrongTimeRange) as error:
                code, facts = ToolErrorCode.INVALID_PARAMS, _facts_of(error)
                raise ToolFailure(code, str(error), details=facts) from error
            result.set_metadata("source_revision", revision)
            return result

        return structs.replace(self.bound(tool), run=answer)

    def bound(self, tool: T) -> Operation[P]:
        """Return the operation of a tool, as it is declared."""
        run = partial(self.run, tool)
        return Operation(self.name, self.summary, self.params, run, self.capabilities, self.effect)


def _facts_of(error: ValueError) -> JsonMap:
    if not isinstance(error, UnknownField):
        return {}
    return {"field": error.field, "allowed": [*error.allowed]}


def operation(
    name: str, params: type[P], *capabilities: str, effect: Effect = Effect.READ
) -> Callable[[Callable[[T, ToolContext, P], Answering]], DeclaredOperation[T, P]]:
    """Declare a method of a tool's class as an operation; its docstring is the summary."""

    def declare(run: Callable[[T, ToolContext, P], Answering]) -> DeclaredOperation[T, P]:
        return DeclaredOperation(name, run.__doc__ or "", params, capabilities, run, effect)

    return declare


def declared_operations(tool: type[OwnTool]) -> dict[str, DeclaredOperation[Any, Any]]:
    """Return what a tool's class declares, by name, in the order of the class."""
    members = vars(tool).values()
    return {each.name: each for each in members if isinstance(each, DeclaredOperation)}
