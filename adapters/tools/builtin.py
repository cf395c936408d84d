"""The tools that every service has."""

from adapters.tools.cep import CepTool
from adapters.tools.ci import CiTool
from adapters.tools.document import DocumentTool
from adapters.tools.graph import GraphTool
from adapters.tools.history import HistoryTool
from adapters.tools.metric import MetricTool
from domain.estate.port import Estate
from domain.tools.contracts import BaseTool


def builtin_tools(estate: Estate) -> list[BaseTool]:
    """Return one tool of each built-in type, all reading the same estate."""
    return [
        CiTool(estate),
        GraphTool(estate),
        MetricTool(estate),
        HistoryTool(estate),
        CepTool(estate),
        DocumentTool(estate),
    ]
