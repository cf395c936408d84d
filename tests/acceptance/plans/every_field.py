"""Every field of the plan schema, with a plan to set it in and another value than it has there."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.plan.plan import Plan

Json = dict[str, Any]

COMING: Final = frozenset(
    {
        *("execution_strategy", "budget.max_branches", "budget.max_iterations"),
        *("branches.0.", "loops.0.", "tool_dependencies.0.condition"),
        *("steps.0.condition.", "steps.0.next_step_id", "steps.0.error_next_step_id"),
        *("auto.", "steps.0.auto."),
    }
)
"""What begins like this is obeyed, or refused, by what is not built yet."""
REFUSED: Final = {"enable_intermediate_llm", "document.search_type"}
"""The fields of which every other value is refused by name."""

SEARCH: Final = {"tool_type": "ci_search", "keywords": ["erp"]}
ITEM: Final = {"keywords": ["srv-erp-01"]}
FILTER: Final = {"field": "status", "op": "=", "value": "active"}
_WIDE: Final = {"view": "IMPACT"}
_PATH: Final = {"intent": "PATH", "primary": ITEM, "secondary": {"keywords": ["storage-erp"]}}
_RANKED: Final = {"scope": "metric", "top_n": 3}
_CPU: Final = {"metric_name": "cpu_usage"}
_SERIES: Final = {**_CPU, "mode": "series"}
_EVENTS: Final = {"enabled": True, "source": "event_log", "scope": "all"}
_COUNTED: Final = {"scope": "event_log", "group_by": ["event_type"], "metrics": ["count"]}
_OF_GRAPH: Final = {"primary": ITEM, "graph": _WIDE}
_LISTED: Final = {"intent": "LIST", "list": {"enabled": True, "limit": 5}}

BASES: Final[Mapping[str, Json]] = {
    "primary": {"intent": "SEARCH", "primary": {**SEARCH, "filters": [FILTER], "limit": 3}},
    "primary.tool_type": {"primary": ITEM},
    "secondary.tool_type": {"primary": ITEM, "secondary": ITEM},
    "secondary": {
        "primary": ITEM,
        "secondary": {**SEARCH, "filters": [FILTER], "limit": 3},
    },
    "aggregate": {"intent": "AGGREGATE", "aggregate": {**_COUNTED, "filters": [
        {"field": "severity", "op": ">=", "value": 3}]}},
    "aggregate.at_least": {"metric": _CPU, "aggregate": _RANKED},
    "aggregate.at_most": {"metric": _CPU, "aggregate": _RANKED},
    "graph": _OF_GRAPH,
    "graph.limits.max_paths": _PATH,
    "history": {"history": {**_EVENTS, "filters": [
        {"field": "severity", "op": ">=", "value": 4}]}},
    "history.source": {"history": {"enabled": True, "source": "event_log"}},
    "history.scope": {**_OF_GRAPH, "history": {"enabled": True}},
    "list": {**_LISTED, "list": {
        "enabled": True, "limit": 5, "sort": [{"field": "ci_name", "direction": "ASC"}]}},
    "metric": {"primary": ITEM, "metric": _CPU},
    "output.primary": {"primary": ITEM, "metric": _CPU},
    "metric.limit": {"primary": ITEM, "metric": _SERIES},
    "metric.scope": {**_OF_GRAPH, "metric": _CPU},
    "document": {"intent": "DOCUMENT", "document": {"query": "manual", "filters": [
        {"field": "category", "op": "!=", "value": "x"}]}},
    "cep": {"primary": ITEM, "cep": {"rule_id": "rule-high-cpu"}},
    "budget": _OF_GRAPH,
    "budget.max_steps": {"steps": 2},
    "tool_dependencies": {
        "primary": ITEM,
        "history": _EVENTS,
        "tool_dependencies": [{"tool_id": "history", "depends_on": []}],
    },
    "tool_dependencies.0.tool_id": {
        "primary": ITEM,
        "history": _EVENTS,
        "tool_dependencies": [{"tool_id": "history", "depends_on": ["primary"]}],
    },
    "enable_multistep": {"steps": 1},
}  # fmt: skip
"""The plans to set fields in: by field, else by part; else one that looks up an item."""

OTHERS: Final[Mapping[str, Any]] = {
    "keywords": ["erp", "srv"],
    "filters.0.field": "ci_code",
    "aggregate.filters.0.field": "occurred_at",
    "history.filters.0.field": "title",
    "document.filters.0.field": "title",
    "filters.0.op": "!=",
    "document.filters.0.op": "=",
    "filters.0.value": "inactive",
    "aggregate.filters.0.value": 5,
    "history.filters.0.value": 5,
    "aggregate.group_by": ["severity"],
    "aggregate.metrics": ["count_distinct(ci_code)"],
    "aggregate.scope": "audit_log",
    "time_range": "last_1h",
    "top_n": 1,
    "aggregate.at_least": 50,
    "aggregate.at_most": 10,
    "graph.depth": 1,
    "graph.user_requested_depth": 1,
    "max_nodes": 2,
    "max_edges": 1,
    "max_paths": 1,
    "graph.view": "DEPENDENCY",
    "output.blocks": ["text"],
    "output.primary": "number",
    "history.source": "maintenance_history",
    "history.scope": "graph",
    "list.sort.0.field": "ci_type",
    "metric.metric_name": "memory_usage",
    "metric.agg": "max",
    "metric.mode": "series",
    "document.query": "linux",
    "document.document_types": ["pdf"],
    "document.date_from": "2026-01-01",
    "document.date_to": "2026-01-01",
    "document.min_relevance": 0.7,
    "cep.rule_id": "rule-memory-pressure",
    "view": "IMPACT",
    "intent": "EXPAND",
    "mode": "all",
    "tool_type": "ci_search",
    "budget.max_steps": 1,
    "budget.max_depth": 1,
    "budget.timeout_seconds": 1e-9,
    "tool_dependencies.0.tool_id": "primary",
    "tool_dependencies.0.depends_on": ["primary"],
    "tool_dependencies.0.output_mapping": {"ci_ids": "{primary.rows[*].ci_id}"},
    "mode_hint": "all",
}
"""Values by the end of the path; without one, another of the field's type is taken."""


def every_field() -> dict[str, FieldInfo]:
    """Return the fields by their paths: `graph.depth`, `steps.0.primary.filters.0.op`."""
    return dict(_fields(Plan))


def _fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        inner = next(_models(field.annotation), None)
        is_again = path.startswith(("branches", "loops")) and name == "steps"
        if is_again or _is_constant(field):
            continue
        if inner is None:
            yield path + name, field
        else:
            is_list = any(get_origin(each) is list for each in _with_options(field.annotation))
            yield from _fields(inner, f"{path}{name}.{'0.' if is_list else ''}")


def _is_constant(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1


def _with_options(kind: Any) -> list[Any]:  # noqa: ANN401 - an annotation
    return [kind, *get_args(kind)]


def _models(kind: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - an annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for each in get_args(kind):
        yield from _models(each)


def base(path: str) -> Json:
    """Return the plan that the field is set in; of the field of a step, a plan of a step."""
    is_of_step, own = path.startswith("steps.0."), path.removeprefix("steps.0.")
    plan = BASES.get(own, BASES.get(own.split(".")[0], {"primary": ITEM}))
    if isinstance(plan.get("steps"), int):
        return _of_steps({"primary": ITEM}, plan["steps"])
    return _of_steps(plan, 1) if is_of_step else dict(plan)


def _of_steps(parts: Json, count: int) -> Json:
    of_each = {"name": "A step", "intent": "LOOKUP", **parts}
    steps = [{"step_id": f"s{number}", **of_each} for number in range(count)]
    return {"enable_multistep": True, "steps": steps}


def other_value(path: str, field: FieldInfo) -> Any:  # noqa: ANN401 - of any field
    """Return a value that the field does not have in its plan."""
    parts = path.removeprefix("steps.0.").split(".")
    for start in range(len(parts)):
        if (ending := ".".join(parts[start:])) in OTHERS:
            return OTHERS[ending]
    return _another(field, _at(base(path), path, field.get_default(call_default_factory=True)))


def _another(field: FieldInfo, now: Any) -> Any:  # noqa: ANN401 - of any field
    kind = field.annotation
    if get_origin(kind) is Literal:
        return next(each for each in get_args(kind) if each != now)
    if isinstance(now, bool) or kind is bool:
        return not now
    if isinstance(now, int | float):
        return now + 1
    return ["other"] if isinstance(now, list) else "other"


def changed(plan: Json, path: str, value: Any) -> Json:  # noqa: ANN401 - of any field
    """Return the plan with another value at the path."""
    key, _, rest = path.partition(".")
    if key == "0":
        first: Any = changed(plan[0], rest, value)  # type: ignore[index]  # a list of the plan
        return [first, *plan[1:]]  # type: ignore[index,return-value]
    inner = plan.get(key, [{}] if rest.startswith("0.") else {})
    return {**plan, key: changed(inner, rest, value) if rest else value}


def _at(plan: Any, path: str, default: Any) -> Any:  # noqa: ANN401 - of any field
    for key in path.split("."):
        if isinstance(plan, list):
            plan = plan[0] if plan else None
        elif isinstance(plan, dict) and key in plan:
            plan = plan[key]
        else:
            return default
    return plan
