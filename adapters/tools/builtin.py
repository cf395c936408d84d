"""The tools that every service has."""

from typing import TYPE_CHECKING, Final

from adapters.sources.sources import Sources
from adapters.tools.causes import CausesTool
from adapters.tools.cep import CepTool
from adapters.tools.ci import CiTool
from adapters.tools.document import DocumentTool
from adapters.tools.graph import GraphTool
from adapters.tools.history import HistoryTool
from adapters.tools.http import HttpTool
from adapters.tools.metric import MetricTool
from adapters.tools.operation import EstateTool, SourceTool, declared_operations
from adapters.tools.prometheus import PrometheusTool
from adapters.tools.query import QueryTool
from adapters.tools.sql import SqlTool
from domain.tools.catalogue import DeclaredTool, ToolCatalogue
from domain.tools.contracts import BaseTool
from domain.tools.registry import ToolRegistry

if TYPE_CHECKING:
    from domain.query.selection import QueriedEstate

_TOOLS: Final[tuple[type[EstateTool], ...]] = (
    CiTool,
    GraphTool,
    MetricTool,
    HistoryTool,
    CepTool,
    DocumentTool,
    QueryTool,
    CausesTool,
)
_OUTSIDE: Final[tuple[type[SourceTool], ...]] = (SqlTool, HttpTool, PrometheusTool)


def builtin_tools(estate: "QueriedEstate") -> list[BaseTool]:
    """Return one tool of each built-in type, all reading the same estate."""
    return [tool(estate) for tool in _TOOLS]


def outside_tools(sources: Sources) -> list[BaseTool]:
    """Return one tool of each type that asks named sources outside."""
    return [tool(sources) for tool in _OUTSIDE]


def builtin_registry(estate: "QueriedEstate", sources: Sources | None = None) -> ToolRegistry:
    """Return a registry of the built-in tools: of one estate, and of named sources if given."""
    registry = ToolRegistry()
    for tool in [*builtin_tools(estate), *(outside_tools(sources) if sources else ())]:
        registry.register_dynamic(tool)
    return registry


def declared_tools() -> ToolCatalogue:
    """Return what the built-in tools take and can do; no tool is made."""
    return ToolCatalogue(
        DeclaredTool(tool.TYPE, tool.TYPE, declared_operations(tool))
        for tool in (*_TOOLS, *_OUTSIDE)
    )
