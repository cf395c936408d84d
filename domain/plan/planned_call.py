"""A planned tool call, and how each part of a plan becomes one."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from pydantic import JsonValue

from domain.estate.queries import FilterSpec
from domain.estate.view_policy import VIEW_POLICIES, View, ViewPolicy
from domain.json import JsonMap
from domain.plan.condition import StepCondition
from domain.plan.data_flow import DataFlow, Parts, looks_by_filters
from domain.plan.intent import Intent
from domain.plan.mapping import MappingError
from domain.plan.specs import GraphLimits, HistorySource, MetricSpec, PrimarySpec, WalkSpec

_FIRST_DAY, _LAST_DAY = "1970-01-01", "9999-12-30"
HISTORY_OPERATIONS: dict[HistorySource, str] = {
    "event_log": "event_log",
    "work_history": "work",
    "maintenance_history": "maintenance",
    "work_and_maintenance": "work_and_maintenance",
}


class PlannedCall(Struct, frozen=True):
    """One tool call of a plan.

    `params` are known beforehand; `output_mapping` fills further ones from the results of the
    calls in `depends_on`. A call that only finds the item which others look at `is_answer` of
    nothing, one of `calls:` `is_own`. It waits also until the calls in `waits_for` have ended,
    however they did, and is made if all `conditions` hold. `suffix` tells the repetition of one in
    a loop: `@2`. One that `fans_out` is made for each value of a list. `later` says by parameter
    where else it may come from in a further round; see `domain.stages.rounds`.
    """

    call_id: str
    tool: str
    operation: str
    params: JsonMap
    depends_on: tuple[str, ...] = ()
    output_mapping: dict[str, str] = {}
    is_answer: bool = True
    is_own: bool = False
    step_id: str | None = None
    loop_id: str | None = None
    step_conditions: tuple[StepCondition, ...] = ()
    conditions: tuple[StepCondition, ...] = ()
    waits_for: tuple[str, ...] = ()
    suffix: str = ""
    fans_out: bool = False
    max_fan_out: int = 25
    later: Mapping[str, tuple[str | None, ...]] = {}


def _items(
    parts: Parts, flow: DataFlow, scope: str, filters: Sequence[FilterSpec] = ()
) -> tuple[list[JsonValue], dict[str, str]]:
    """Return the filters of a call over items, and the mapping where others find these."""
    is_of_graph = scope == "graph" and "graph" in flow.chosen
    if looks_by_filters(parts) and not is_of_graph:
        return _filters([*parts.primary.filters, *filters]), {}
    return _filters(filters), flow.mapping(scope, "ci_ids", is_list=True)


def _configuration_items(call_id: str, spec: PrimarySpec) -> PlannedCall:
    if spec.tool_type == "ci_lookup" and not spec.filters and spec.keywords:
        return PlannedCall(call_id, "ci", "resolve", {"text": " ".join(spec.keywords)})
    params: JsonMap = {"keywords": list(spec.keywords), "filters": _filters(spec.filters)}
    params["limit"] = spec.limit
    return PlannedCall(call_id, "ci", "search", params)


def _list(parts: Parts, flow: DataFlow) -> PlannedCall:
    params: JsonMap = {
        "limit": parts.list.limit,
        "offset": parts.list.offset,
        "filters": _filters(parts.primary.filters),
    }
    if parts.primary.keywords:
        params["keywords"] = list(parts.primary.keywords)
    if parts.list.sort:
        params["sort"] = [sort.model_dump(mode="json") for sort in parts.list.sort]
    return PlannedCall(flow.name("list"), "ci", "list_preview", params)


def _aggregate(parts: Parts, flow: DataFlow) -> PlannedCall:
    spec, call_id = parts.aggregate, flow.name("aggregate")
    if spec.scope == "metric" and parts.metric is not None:
        return _ranking(call_id, parts, parts.metric, flow)
    params: JsonMap = {
        "group_by": list(spec.group_by),
        "metrics": list(spec.metrics) or ["count"],
        "filters": _filters(spec.filters),
        "top_n": spec.top_n,
        "ascending": spec.ascending,
    }
    # Scopes of dated records are names of the history tool's sources.
    tool = {"ci": "ci", "document": "document"}.get(spec.scope, "history")
    if tool == "history":
        params |= {"source": spec.scope, "time_range": spec.time_range or "all_time"}
    elif tool == "document" and spec.time_range is not None:
        params["time_range"] = spec.time_range
    mapping: dict[str, str] = {}
    if tool == "ci":
        params["filters"], mapping = _items(parts, flow, "ci", spec.filters)
    elif spec.scope not in {"document", "audit_log"}:
        mapping = flow.mapping("ci", "ci_ids", is_list=True)
    return PlannedCall(call_id, tool, "aggregate", params, output_mapping=mapping)


def _ranking(call_id: str, parts: Parts, metric: MetricSpec, flow: DataFlow) -> PlannedCall:
    spec = parts.aggregate
    filters, mapping = _items(parts, flow, metric.scope, spec.filters)
    params: JsonMap = {
        "metric_name": metric.metric_name,
        "agg": metric.agg,
        "time_range": metric.time_range,
        "filters": filters,
        "top_n": spec.top_n,
        "ascending": spec.ascending,
    }
    bounds: JsonMap = {"at_least": spec.at_least, "at_most": spec.at_most}
    params |= {name: bound for name, bound in bounds.items() if bound is not None}
    return PlannedCall(call_id, "metric", "aggregate_by_ci", params, output_mapping=mapping)


def _graph(parts: Parts, flow: DataFlow) -> PlannedCall:
    spec, call_id = parts.graph, flow.name("graph")
    source = flow.mapping("ci", "ci_id", is_list=False)
    view = view_of(parts)
    if view is View.PATH:
        hops: JsonMap = {} if spec.depth is None else {"hops": spec.depth}
        if spec.limits != GraphLimits():
            hops["limits"] = spec.limits.model_dump(mode="json")
        hops |= walk_params(spec.walk)
        mapping = {"source_id": source["ci_id"]} if source else {}
        if "secondary" in flow.chosen:
            mapping["target_id"] = f"{{{flow.name('secondary')}.rows[0].ci_id}}"
        return PlannedCall(call_id, "graph", "path", hops, output_mapping=mapping)
    params: JsonMap = {"view": view.value, "limits": spec.limits.model_dump(mode="json")}
    if spec.depth is not None:
        params["depth"] = spec.depth
    params |= walk_params(spec.walk)
    return PlannedCall(call_id, "graph", "expand", params, output_mapping=source)


def walk_params(walk: WalkSpec | None) -> JsonMap:
    """Return the parameter of a call that walks along a view of somebody's own."""
    return {} if walk is None else {"walk": walk.model_dump(mode="json")}


def view_of(parts: Parts) -> View:
    """Return the view that the graph of a plan or step is walked along.

    A published one has the words of another, which stands in the plan once that is validated.
    """
    if parts.intent is Intent.PATH:
        return View.PATH
    named = parts.graph.view or parts.view
    return named if isinstance(named, View) else View.NEIGHBORS


def policy_in(params: Mapping[str, JsonValue]) -> ViewPolicy:
    """Return the policy of a call that walks around an item, or from one to another."""
    if walk := params.get("walk"):
        return WalkSpec.model_validate(walk).policy
    return VIEW_POLICIES[View(str(params.get("view", View.PATH)))]


def _metric(parts: Parts, flow: DataFlow) -> PlannedCall:
    spec, call_id = parts.metric, flow.name("metric")
    if spec is None:
        raise _missing(call_id, "metric")
    params: JsonMap = {"metric_name": spec.metric_name, "time_range": spec.time_range}
    if spec.mode == "series":
        params["limit"] = spec.limit
        mapping = flow.mapping(spec.scope, "ci_id", is_list=False)
        return PlannedCall(call_id, "metric", "series", params, output_mapping=mapping)
    params |= {"agg": spec.agg, **({"per_item": True} if spec.scope == "graph" else {})}
    filters, mapping = _items(parts, flow, spec.scope)
    if filters:
        params["filters"] = filters
    return PlannedCall(call_id, "metric", "aggregate", params, output_mapping=mapping)


def _history(parts: Parts, flow: DataFlow) -> PlannedCall:
    spec = parts.history
    params: JsonMap = {"time_range": spec.time_range, "limit": spec.limit}
    params["filters"] = _filters(spec.filters)
    operation = HISTORY_OPERATIONS[spec.source]
    mapping = {} if spec.scope == "all" else flow.mapping(spec.scope, "ci_ids", is_list=True)
    return PlannedCall(flow.name("history"), "history", operation, params, output_mapping=mapping)


def _document(parts: Parts, flow: DataFlow) -> PlannedCall:
    spec = parts.document
    if spec is None:
        raise _missing(flow.name("document"), "document")
    types = FilterSpec(field="document_type", op="IN", value=spec.document_types)
    filters = [*spec.filters, *([types] if spec.document_types else [])]
    params: JsonMap = {"query": spec.query, "filters": _filters(filters), "limit": spec.top_k}
    if spec.date_from is not None or spec.date_to is not None:
        params["time_range"] = f"{spec.date_from or _FIRST_DAY}..{spec.date_to or _LAST_DAY}"
    if spec.min_relevance:
        params["min_relevance"] = spec.min_relevance
    return PlannedCall(flow.name("document"), "document", "search", params)


def _cep(parts: Parts, flow: DataFlow) -> PlannedCall:
    params: JsonMap = {"rule_id": parts.cep.rule_id if parts.cep else None}
    if parts.cep and parts.cep.rule is not None:
        params = {"rule": parts.cep.rule}
    if parts.cep is not None and parts.cep.mode == "evaluate":
        params["time_range"] = parts.cep.time_range
        items = flow.mapping("ci", "items", is_list=True)
        return PlannedCall(flow.name("cep"), "cep", "evaluate", params, output_mapping=items)
    mapping: dict[str, str] = {}
    if "primary" in flow.chosen:
        mapping["ci_context"] = f"{{{flow.name('primary')}.rows[0]}}"
    for context, call in (("metric_context", "metric"), ("history_context", "history")):
        if call in flow.chosen:
            mapping[context] = f"{{{flow.name(call)}}}"
    return PlannedCall(flow.name("cep"), "cep", "simulate", params, output_mapping=mapping)


BUILDERS: dict[str, Callable[[Parts, DataFlow], PlannedCall]] = {
    "primary": lambda parts, flow: _configuration_items(flow.name("primary"), parts.primary),
    "secondary": lambda parts, flow: _configuration_items(flow.name("secondary"), parts.secondary),
    "list": _list,
    "aggregate": _aggregate,
    "graph": _graph,
    "metric": _metric,
    "history": _history,
    "document": _document,
    "cep": _cep,
}


def _missing(call_id: str, part: str) -> MappingError:
    return MappingError(f"{call_id} is named as a dependency, but the plan has no {part}")


def _filters(filters: Sequence[FilterSpec]) -> list[JsonValue]:
    return [each.model_dump(mode="json") for each in filters]
