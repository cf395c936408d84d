"""The parts of a plan: one specification per kind of tool call.

A plan may leave out whatever has a default.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from domain.estate.queries import FilterSpec, MetricValue, Sort
from domain.estate.records import RelationType
from domain.estate.view_policy import VIEW_POLICIES, Direction, View, ViewPolicy
from domain.values.arguments import NO_TRUTH, Number, Whole

if TYPE_CHECKING:
    from pydantic.config import JsonDict

P = TypeVar("P", bound="PlanPart")
E = TypeVar("E", list[Any], dict[str, Any])


class PlanPart(BaseModel):
    """The root of every part of a plan: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def usual(part: type[P], description: str) -> P:
    """Return the field of a part that may be left out; frozen as it is, one serves all plans."""
    left_out = part()
    field: P = Field(default_factory=lambda: left_out, description=description)
    return field


def empty(make: Callable[[], E], description: str) -> E:
    """Return the field of a list or object that may be left out; pydantic would copy a default."""
    shown: JsonDict = {"default": make()}
    field: E = Field(default_factory=make, description=description, json_schema_extra=shown)
    return field


class PrimarySpec(PlanPart):
    """Which configuration items a question is about.

    With `tool_type` "ci_lookup" the keywords name exactly one item (its code or name); with
    "ci_search" all items that match every keyword and filter, at most `limit`.
    """

    keywords: list[str] = empty(list, "Words that name the items or occur in them.")
    filters: list[FilterSpec] = empty(list, "Conditions that the items must all meet.")
    limit: Whole = Field(5, description="The most items, 1 to 50.")
    tool_type: Literal["ci_lookup", "ci_search"] = Field(
        "ci_lookup", description="ci_lookup for exactly one item, ci_search for all that match."
    )


class SecondarySpec(PrimarySpec):
    """The second end of a path, or a second set of configuration items."""


HistorySource = Literal["event_log", "work_history", "maintenance_history", "work_and_maintenance"]
AggregateScope = Literal["ci", HistorySource, "document", "metric", "audit_log"]

SCOPE_ALIASES: dict[str, AggregateScope] = {
    "s1": "ci",
    "graph": "ci",
    "event": "event_log",
    "work": "work_history",
    "maintenance": "maintenance_history",
    "metric_value": "metric",
    "audit": "audit_log",
}


class AggregateSpec(PlanPart):
    """Groups with measures over one kind of records.

    `metrics` are measures as text: count, count_distinct(field), share(field=value),
    sum|avg|min|max(field). With scope "metric" the plan's metric is aggregated per
    configuration item and ranked; `at_least` and `at_most` bound its value.
    """

    group_by: list[str] = empty(
        list, "Fields whose values make the groups; without any, all records are one group."
    )
    metrics: list[str] = empty(list, "Measures of each group; without any, a count.")
    filters: list[FilterSpec] = empty(list, "Conditions that the records must all meet.")
    scope: AggregateScope = Field(
        "ci",
        description="Which records are counted; metric ranks items by the metric of the plan, "
        "audit_log counts the changes of the estate on record.",
    )
    time_range: str | None = Field(
        None, description="When dated records happened; without it, at any time."
    )
    top_n: Whole = Field(10, description="The most groups, or ranked items.")
    ascending: bool = Field(default=False, description="Whether the lowest come first.")
    at_least: Number | None = Field(None, description="Of a ranking, the lowest value listed.")
    at_most: Number | None = Field(None, description="Of a ranking, the highest value listed.")
    tool_type: Literal["ci_aggregate"] = Field(
        "ci_aggregate", description="The kind of this part."
    )


FARTHEST: Final = 10
"""The most relations that a walk may follow."""
_Depth = Annotated[int, Field(ge=1, le=FARTHEST), NO_TRUTH]


class ViewSpec(PlanPart):
    """The relations that a view of one's own follows, in which direction, and how far."""

    description: str = Field("", max_length=1000, description="What the view shows.")
    rel_types: list[RelationType] = Field(min_length=1, description="The relations to follow.")
    direction: Direction = Field(
        description="out from source to target, in from target to source, or both, of the root."
    )
    default_depth: _Depth = Field(1, description="How far it reaches where nobody says.")
    max_depth: _Depth = Field(description="How far it reaches at most.")

    @model_validator(mode="after")
    def _reaches_its_default(self) -> "ViewSpec":
        if self.default_depth > self.max_depth:
            message = f"default_depth {self.default_depth} is above max_depth {self.max_depth}"
            raise ValueError(message)
        return self


class WalkSpec(ViewSpec):
    """A view of one's own in a plan or call: its name, and the built-in one whose words it has."""

    name: str = Field(description="The name of the view.")
    like: View = Field(View.NEIGHBORS, description="The view by whose words it is told.")

    @property
    def policy(self) -> ViewPolicy:
        """The policy in place of that of the built-in view."""
        return replace(
            VIEW_POLICIES[self.like],
            description=self.description,
            default_depth=self.default_depth,
            max_depth=self.max_depth,
            direction=self.direction,
            rel_types=tuple(self.rel_types),
            max_hops=self.max_depth if self.like is View.PATH else None,
        )


WHOLE: Final = "whole"
"""The name of a walk that follows a built-in view as far as any walk may go."""


def whole_walk(view: View) -> WalkSpec:
    """Return the walk of a built-in view through the whole graph; a published view replaces it."""
    policy = VIEW_POLICIES[view]
    return WalkSpec(
        name=WHOLE,
        like=view,
        rel_types=[*policy.rel_types],
        direction=policy.direction,
        default_depth=FARTHEST,
        max_depth=FARTHEST,
    )


def policy_of(view: View, *walks: WalkSpec | None) -> ViewPolicy:
    """Return the policy of the first of these walks that is of the view, else the built-in one."""
    own = (walk.policy for walk in walks if walk is not None and walk.like is view)
    return next(own, VIEW_POLICIES[view])


class GraphLimits(PlanPart):
    """How much of a graph an answer may hold; what is cut off is told."""

    max_nodes: Whole = Field(200, ge=1, description="The most items.")
    max_edges: Whole = Field(400, ge=1, description="The most relations.")
    max_paths: Whole = Field(25, ge=1, description="The most paths of equal length.")


ViewName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9._-]{0,99}$")]


class GraphSpec(PlanPart):
    """A walk over the graph from the primary item.

    It follows the relations of a view, or the path from the primary item to the secondary item.
    `user_requested_depth` keeps what the question asked for when the view's policy clamps it.
    """

    depth: Whole | None = Field(
        None, description="How many relations to follow from the item; the view has a default."
    )
    user_requested_depth: Whole | None = Field(
        None, description="The depth that was asked for, where the view's limits changed it."
    )
    limits: GraphLimits = usual(GraphLimits, "How much of the graph the answer may hold.")
    view: View | ViewName | None = Field(
        None,
        union_mode="left_to_right",
        description="Which relations to follow, in which direction; also a published view.",
    )
    walk: WalkSpec | None = Field(
        None, description="What a published view says, put in place when the plan is validated."
    )
    tool_type: Literal["ci_graph"] = Field("ci_graph", description="The kind of this part.")


BlockKind = Literal["text", "table", "network", "path", "number", "markdown", "chart"]


class OutputSpec(PlanPart):
    """Which blocks an answer should have, and which comes first.

    Of a plan that is handed in, it is obeyed to the letter; a kind that no call gives is told.
    """

    blocks: list[BlockKind] = Field(
        ["text", "table"],
        description="Which blocks are called for; where it is given, no others but text.",
    )
    primary: BlockKind = Field("table", description="Which kind of block comes first.")


class MetricSpec(PlanPart):
    """One metric of the primary items (scope ci) or of every node of the graph (scope graph)."""

    metric_name: str = Field(description="The name of the metric, such as cpu_usage.")
    agg: MetricValue = Field(
        "avg",
        description="How many points become one value; of counters, increase or rate (a second).",
    )
    time_range: str = Field("last_24h", description="The time of the points.")
    mode: Literal["aggregate", "series"] = Field(
        "aggregate", description="aggregate for one value, series for values over time."
    )
    scope: Literal["ci", "graph"] = Field(
        "ci", description="ci for the primary items, graph for all items of the graph."
    )
    limit: Whole = Field(
        200, description="Of a series, the most points, 1 to 1000; more are averaged."
    )
    tool_type: Literal["metric"] = Field("metric", description="The kind of this part.")


class HistorySpec(PlanPart):
    """Dated records of a part of the estate.

    They are those of the primary items (scope ci), of the graph's nodes (scope graph), or of the
    whole estate (scope all).
    """

    enabled: bool = Field(default=False, description="Whether the plan asks for history.")
    source: HistorySource = Field("work_and_maintenance", description="Which records.")
    scope: Literal["ci", "graph", "all"] = Field(
        "ci",
        description="ci for the primary items, graph for those of the graph, all for the estate.",
    )
    mode: Literal["recent"] = Field("recent", description="The newest records come first.")
    time_range: str = Field("last_7d", description="When they happened.")
    filters: list[FilterSpec] = empty(list, "Conditions that the records must all meet.")
    limit: Whole = Field(50, description="The most records, 1 to 200.")
    tool_type: Literal["history"] = Field("history", description="The kind of this part.")


class ListSpec(PlanPart):
    """A page of the configuration items that the primary filters choose."""

    enabled: bool = Field(default=False, description="Whether the plan asks for a list.")
    limit: Whole = Field(50, description="The most items of the page, 1 to 50.")
    offset: Whole = Field(0, description="How many items come before the page, 0 to 5000.")
    sort: list[Sort] = empty(list, "The order; without it, the newest items come first.")


class DocumentSpec(PlanPart):
    """A search of documents by words."""

    query: str = Field(
        min_length=1,
        description='Words that a document must all have; a "text in quotes" stands as it is.',
    )
    search_type: Literal["text", "hybrid", "vector"] = Field(
        "text", description="Only text: the others need embeddings, which no estate has."
    )
    filters: list[FilterSpec] = empty(list, "Conditions that documents must all meet.")
    document_types: list[str] = empty(list, "The types that a document may have.")
    date_from: str | None = Field(
        None, description="The first day, month or instant of their making: 2025-12-01."
    )
    date_to: str | None = Field(None, description="The last one; a day or month is included.")
    min_relevance: Number = Field(
        0.0, ge=0, le=1, description="The lowest relevance; of a document with no hit it is 0."
    )
    top_k: Whole = Field(10, ge=1, le=50, description="The most documents.")
    tool_type: Literal["document_search"] = Field(
        "document_search", description="The kind of this part."
    )


class CepSpec(PlanPart):
    """A CEP rule that is tried on the primary item; nothing is triggered."""

    mode: Literal["simulate", "evaluate"] = Field(
        "simulate", description="Whether it is tried as things are, or in the windows of the past."
    )
    time_range: str = Field("last_7d", description="The past that an evaluation looks at.")
    rule_id: str | None = Field(None, description="The id or the name of the rule.")
    rule: dict[str, JsonValue] | None = Field(
        None, description="What a published rule says, put in place when the plan is validated."
    )
    dry_run: bool = Field(default=True, description="Always true: no action of the rule is taken.")
    tool_type: Literal["cep_query"] = Field("cep_query", description="The kind of this part.")


class AutoPathSpec(PlanPart):
    """The ends of a path in an auto recipe."""

    source_ci_code: str | None = Field(
        None, description="The code of the item where it begins; without it, the primary one."
    )
    target_ci_code: str | None = Field(
        None, description="The code of the item where it ends; without it, some are offered."
    )


SCOPE_VIEWS: tuple[View, ...] = (View.DEPENDENCY, View.IMPACT)
"""The views whose items the graph scope of a recipe is about."""


class AutoGraphScopeSpec(PlanPart):
    """Whether an auto recipe looks at metrics and history of all nodes of its graph."""

    include_metric: bool = Field(
        default=False, description="Whether it looks at the metrics of all items."
    )
    include_history: bool = Field(
        default=False, description="Whether it looks at the history of all items."
    )


class AutoSpec(PlanPart):
    """What a recipe looks at: one item, the primary one, from every side that is named here."""

    recipe: str | None = Field(
        None, description="A published recipe, in which what is said here takes its place."
    )
    walks: list[WalkSpec] = empty(
        list, "What published views say, put in place when the plan is validated."
    )
    views: list[View] = Field(
        [View.NEIGHBORS], description="The one or two views that it looks along; not SUMMARY."
    )
    depth_hint: Whole | None = Field(
        None, description="How many relations it follows; each view has a default and a limit."
    )
    include_metric: bool = Field(
        default=False,
        description="Whether it looks at the metric of the plan, else at the usual ones.",
    )
    metric_mode: Literal["aggregate", "series"] = Field(
        "aggregate", description="aggregate for one value, series for values over time."
    )
    include_history: bool = Field(
        default=False,
        description="Whether it looks at the history of the plan, else at recent events.",
    )
    include_cep: bool = Field(default=False, description="Whether it tries the rule of the plan.")
    path: AutoPathSpec = usual(AutoPathSpec, "The ends of the path, along the view PATH.")
    graph_scope: AutoGraphScopeSpec = usual(
        AutoGraphScopeSpec, "Whether it looks at all items of view DEPENDENCY, else of IMPACT."
    )
    tool_type: Literal["auto_analyzer"] = Field(
        "auto_analyzer", description="The kind of this part."
    )


class BudgetSpec(PlanPart):
    """The most that a plan may use; the service's own limits apply on top."""

    max_steps: Whole = Field(
        10,
        ge=1,
        le=100,
        description="The most steps; of more, a run that may plan again does the first of them.",
    )
    max_depth: Whole = Field(
        6, ge=1, le=10, description="How many relations a walk may follow; a longer one is cut."
    )
    max_branches: Whole = Field(
        3, ge=0, description="The most branches; a plan with more is refused."
    )
    max_iterations: Whole = Field(
        100, ge=1, description="The most repetitions of all loops together."
    )
    timeout_seconds: Annotated[float, Field(gt=0, le=3600), NO_TRUTH] | None = Field(
        None,
        description="How long all calls together may take; without it, there is no limit.",
    )
