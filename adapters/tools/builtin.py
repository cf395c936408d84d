"""The tools that every service has."""

from collections.abc import Mapping
from typing import Final

from adapters.tools.cep import CepTool
from adapters.tools.ci import CiTool
from adapters.tools.document import DocumentTool
from adapters.tools.graph import GraphTool
from adapters.tools.history import HistoryTool
from adapters.tools.metric import MetricTool
from adapters.tools.operation import declared_operations
from domain.estate.port import Estate
from domain.tools.catalogue import DeclaredTool, ToolCatalogue
from domain.tools.contracts import BaseTool, CommonToolTypes

_EstateTool = (
    type[CiTool]
    | type[GraphTool]
    | type[MetricTool]
    | type[HistoryTool]
    | type[CepTool]
    | type[DocumentTool]
)
_TYPES: Final[Mapping[str, _EstateTool]] = {
    CommonToolTypes.CI: CiTool,
    CommonToolTypes.GRAPH: GraphTool,
    CommonToolTypes.METRIC: MetricTool,
    CommonToolTypes.HISTORY: HistoryTool,
    CommonToolTypes.CEP: CepTool,
    CommonToolTypes.DOCUMENT: DocumentTool,
}


def builtin_tools(estate: Estate) -> list[BaseTool]:
    """Return one tool of each built-in type, all reading the same estate."""
    return [tool(estate) for tool in _TYPES.values()]


def declared_tools() -> ToolCatalogue:
    """Return what the built-in tools take and can do; no tool is made."""
    return ToolCatalogue(
        DeclaredTool(tool_type, tool_type, declared_operations(tool))
        for tool_type, tool in _TYPES.items()
    )
