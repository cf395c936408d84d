"""What tools can do, and which of it an intent or a mode needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.plan.intent import Intent


class ToolCapability(StrEnum):
    """What an operation of a tool can do."""

    CI_LOOKUP = "ci_lookup"
    CI_SEARCH = "ci_search"
    CI_LIST = "ci_list"
    CI_AGGREGATE = "ci_aggregate"
    GRAPH_EXPAND = "graph_expand"
    GRAPH_PATH = "graph_path"
    GRAPH_TOPOLOGY = "graph_topology"
    METRIC_QUERY = "metric_query"
    METRIC_AGGREGATE = "metric_aggregate"
    HISTORY_SEARCH = "history_search"
    EVENT_SEARCH = "event_search"
    DOCUMENT_SEARCH = "document_search"
    HTTP_API = "http_api"
    DATABASE_QUERY = "database_query"


_C = ToolCapability


@dataclass(frozen=True, slots=True)
class Availability:
    """Who may call an operation, and what else must be there for it.

    `supported_tenants` None is every tenant. `deprecated` says what to call in its place; plans
    that call it are told. `depends_on` are operations such as ci.get.
    """

    supported_tenants: frozenset[str] | None = None
    deprecated: str | None = None
    depends_on: tuple[str, ...] = ()


EVERYWHERE: Final = Availability()

INTENT_CAPABILITY_MAP: Mapping[Intent, tuple[ToolCapability, ...]] = MappingProxyType(
    {
        Intent.LOOKUP: (_C.CI_LOOKUP, _C.CI_SEARCH),
        Intent.SEARCH: (_C.CI_SEARCH, _C.DOCUMENT_SEARCH, _C.CI_LOOKUP),
        Intent.LIST: (_C.CI_LIST, _C.CI_SEARCH),
        Intent.AGGREGATE: (_C.CI_AGGREGATE, _C.METRIC_AGGREGATE),
        Intent.EXPAND: (_C.GRAPH_EXPAND, _C.GRAPH_TOPOLOGY),
        Intent.PATH: (_C.GRAPH_PATH, _C.GRAPH_EXPAND),
        Intent.DOCUMENT: (_C.DOCUMENT_SEARCH,),
    }
)
"""The capabilities that serve an intent, the best first."""

INTENT_HINT_WORDS: Mapping[Intent, tuple[str, ...]] = MappingProxyType(
    {
        Intent.LOOKUP: ("ci_lookup", "ci_detail", "lookup", "get"),
        Intent.SEARCH: ("ci_search", "search", "query", "document_search"),
        Intent.LIST: ("ci_list", "list", "search"),
        Intent.AGGREGATE: ("ci_aggregate", "aggregate", "metric"),
        Intent.EXPAND: ("graph", "expand", "topology"),
        Intent.PATH: ("graph", "path"),
        Intent.DOCUMENT: ("document_search", "document"),
    }
)
"""Words in the type of a tool that tell its purpose when it declares no capabilities."""

MODE_CAPABILITIES: Mapping[str, frozenset[ToolCapability]] = MappingProxyType(
    {
        "config": frozenset({_C.CI_LOOKUP, _C.CI_SEARCH, _C.CI_LIST, _C.CI_AGGREGATE}),
        "metric": frozenset({_C.METRIC_QUERY, _C.METRIC_AGGREGATE}),
        "graph": frozenset({_C.GRAPH_EXPAND, _C.GRAPH_PATH, _C.GRAPH_TOPOLOGY}),
        "history": frozenset({_C.HISTORY_SEARCH, _C.EVENT_SEARCH}),
        "document": frozenset({_C.DOCUMENT_SEARCH}),
        "all": frozenset(ToolCapability),
    }
)
"""The capabilities that a mode hint of a plan admits."""
