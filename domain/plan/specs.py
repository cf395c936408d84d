"""The parts of a plan: one specification per kind of tool call.

A plan may leave out whatever has a default.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.estate.queries import FilterSpec, Sort
from domain.estate.view_policy import View


class PlanPart(BaseModel):
    """The root of every part of a plan: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PrimarySpec(PlanPart):
    """Which configuration items a question is about.

    With `tool_type` "ci_lookup" the keywords name exactly one item (its code or name); with
    "ci_search" all items that match every keyword and filter, at most `limit`.
    """

    keywords: list[str] = Field(default_factory=list)
    filters: list[FilterSpec] = Field(default_factory=list)
    limit: int = 5
    tool_type: Literal["ci_lookup", "ci_search"] = "ci_lookup"


class SecondarySpec(PrimarySpec):
    """The second end of a path, or a second set of configuration items."""


AggregateScope = Literal[
    "ci", "event_log", "work_history", "maintenance_history", "document", "metric"
]

SCOPE_ALIASES: dict[str, AggregateScope] = {
    "s1": "ci",
    "graph": "ci",
    "event": "event_log",
    "work": "work_history",
    "maintenance": "maintenance_history",
    "metric_value": "metric",
}


class AggregateSpec(PlanPart):
    """Groups with measures over one kind of records.

    `metrics` are measures as text: count, count_distinct(field), share(field=value),
    sum|avg|min|max(field). With scope "metric" the plan's metric is aggregated per
    configuration item and ranked; `at_least` and `at_most` bound its value.
    """

    group_by: list[str] = Field(default_factory=list)
    metrics: list[str] = Field(default_factory=list)
    filters: list[FilterSpec] = Field(default_factory=list)
    scope: AggregateScope = "ci"
    time_range: str | None = None
    top_n: int = 10
    ascending: bool = False
    at_least: float | None = None
    at_most: float | None = None
    tool_type: Literal["ci_aggregate"] = "ci_aggregate"


class GraphLimits(PlanPart):
    """How much of a graph an answer may hold; what is cut off is told."""

    max_nodes: int = Field(default=200, ge=1)
    max_edges: int = Field(default=400, ge=1)
    max_paths: int = Field(default=25, ge=1)


class GraphSpec(PlanPart):
    """A walk over the graph from the primary item.

    It follows the relations of a view, or the path from the primary item to the secondary item.
    `user_requested_depth` keeps what the question asked for when the view's policy clamps it.
    """

    depth: int | None = None
    user_requested_depth: int | None = None
    limits: GraphLimits = Field(default_factory=GraphLimits)
    view: View | None = None
    tool_type: Literal["ci_graph"] = "ci_graph"


BlockKind = Literal["text", "table", "network", "path", "number", "markdown", "chart"]
_USUAL_BLOCKS: tuple[BlockKind, ...] = ("text", "table")


class OutputSpec(PlanPart):
    """Which blocks an answer should have, and which comes first."""

    blocks: list[BlockKind] = Field(default_factory=lambda: [*_USUAL_BLOCKS])
    primary: BlockKind = "table"


class MetricSpec(PlanPart):
    """One metric of the primary items (scope ci) or of every node of the graph (scope graph)."""

    metric_name: str
    agg: Literal["count", "max", "min", "avg", "last"] = "avg"
    time_range: str = "last_24h"
    mode: Literal["aggregate", "series"] = "aggregate"
    scope: Literal["ci", "graph"] = "ci"
    limit: int = 200
    tool_type: Literal["metric"] = "metric"


HistorySource = Literal["event_log", "work_history", "maintenance_history", "work_and_maintenance"]


class HistorySpec(PlanPart):
    """Dated records of a part of the estate.

    They are those of the primary items (scope ci), of the graph's nodes (scope graph), or of the
    whole estate (scope all).
    """

    enabled: bool = False
    source: HistorySource = "work_and_maintenance"
    scope: Literal["ci", "graph", "all"] = "ci"
    mode: Literal["recent"] = "recent"
    time_range: str = "last_7d"
    filters: list[FilterSpec] = Field(default_factory=list)
    limit: int = 50
    tool_type: Literal["history"] = "history"


class ListSpec(PlanPart):
    """A page of the configuration items that the primary filters choose."""

    enabled: bool = False
    limit: int = 50
    offset: int = 0
    sort: list[Sort] = Field(default_factory=list)


class DocumentSpec(PlanPart):
    """A search of documents by words."""

    query: str = Field(min_length=1)
    filters: list[FilterSpec] = Field(default_factory=list)
    top_k: int = Field(default=10, ge=1, le=50)
    tool_type: Literal["document_search"] = "document_search"


class CepSpec(PlanPart):
    """A simulation of a CEP rule for the primary item; nothing is triggered."""

    mode: Literal["simulate"] = "simulate"
    rule_id: str | None = None
    dry_run: bool = True
    tool_type: Literal["cep_query"] = "cep_query"


class AutoPathSpec(PlanPart):
    """The ends of a path in an auto recipe."""

    source_ci_code: str | None = None
    target_ci_code: str | None = None


class AutoGraphScopeSpec(PlanPart):
    """Whether an auto recipe looks at metrics and history of all nodes of its graph."""

    include_metric: bool = False
    include_history: bool = False


class AutoSpec(PlanPart):
    """What an auto recipe looks at."""

    views: list[View] = Field(default_factory=lambda: [View.NEIGHBORS])
    depth_hint: int | None = None
    include_metric: bool = False
    metric_mode: Literal["aggregate", "series"] = "aggregate"
    include_history: bool = False
    include_cep: bool = False
    path: AutoPathSpec = Field(default_factory=AutoPathSpec)
    graph_scope: AutoGraphScopeSpec = Field(default_factory=AutoGraphScopeSpec)
    tool_type: Literal["auto_analyzer"] = "auto_analyzer"


class BudgetSpec(PlanPart):
    """The most that a plan may use; the service's own limits apply on top."""

    max_steps: int = Field(default=10, ge=1, le=100)
    max_depth: int = Field(default=5, ge=1, le=10)
    max_branches: int = Field(default=3, ge=0)
    max_iterations: int = Field(default=100, ge=1)
    timeout_seconds: float | None = Field(default=None, gt=0, le=3600)
