"""The plans that fields are set in, and other values than they have there."""

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

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
_IF: Final = {"field": "{primary.rows.length}", "operator": ">=", "value": 1}
_PAGE: Final = {
    "call_id": "own",
    "tool": "ci",
    "operation": "list_preview",
    "params": {"limit": 2},
}
_FED: Final = {**_PAGE, "condition": _IF, "output_mapping": {"offset": "{primary.rows.length}"}}
_SPAN: Final = {"metric_name": "cpu_usage", "time_range": "last_24h", "limit": 2}
_EACH: Final = {"ci_id": "{list.rows[each].ci_id}"}
_STEP: Final = {"name": "A step", "intent": "LOOKUP", "primary": ITEM}
_STEPS: Final = [{"step_id": f"s{number}", **_STEP} for number in range(2)]
_BRANCH: Final = {
    "branch_id": "b",
    "name": "A branch",
    "condition": {**_IF, "field": "s0:primary.rows.length"},
    "steps": [{"step_id": "s2", **_STEP}],
}
_LOOP: Final = {
    "loop_id": "l",
    "name": "A loop",
    "max_iterations": 3,
    "break_condition": {"field": "{l.iteration}", "operator": ">=", "value": 2},
    "steps": [{"step_id": "s2", **_STEP}],
}
_BRANCHING: Final = {"enable_multistep": True, "steps": _STEPS, "branches": [_BRANCH]}
_LOOPING: Final = {"enable_multistep": True, "steps": _STEPS, "loops": [_LOOP]}
_LISTED: Final = {"intent": "LIST", "list": {"enabled": True, "limit": 5}}


_NEAR: Final = {
    "name": "NEAR", "like": "IMPACT", "rel_types": ["RUNS_ON"], "direction": "in",
    "default_depth": 1, "max_depth": 1,
}  # fmt: skip
"""A view of one's own."""


def _recipe(**auto: Any) -> Json:  # noqa: ANN401 - plain JSON
    return {"mode": "auto", "primary": ITEM, "auto": auto}


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
    "cep.time_range": {"primary": ITEM, "cep": {"rule_id": "rule-high-cpu", "mode": "evaluate"}},
    "auto": {"mode": "auto", "primary": ITEM},
    "auto.metric_mode": _recipe(include_metric=True),
    "auto.walks": _recipe(views=["IMPACT"]),
    "auto.include_cep": {**_recipe(), "cep": {"rule_id": "rule-high-cpu"}},
    "auto.path.source_ci_code": _recipe(views=["PATH"]),
    "auto.path.target_ci_code": _recipe(views=["PATH"]),
    "auto.graph_scope.include_metric": _recipe(views=["IMPACT"]),
    "auto.graph_scope.include_history": _recipe(views=["IMPACT"]),
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
    "tool_dependencies.0.condition": {
        "primary": ITEM,
        "history": _EVENTS,
        "tool_dependencies": [{"tool_id": "history", "condition": _IF}],
    },
    "tool_dependencies.0.max_fan_out": {
        **_LISTED,
        "metric": _SERIES,
        "tool_dependencies": [{"tool_id": "metric", "output_mapping": _EACH, "max_fan_out": 2}],
    },
    "enable_multistep": {"steps": 1},
    "execution_strategy": {"primary": ITEM, "metric": _CPU, "history": _EVENTS},
    "calls": {"primary": ITEM, "calls": [_FED]},
    "calls.0.depends_on": {"primary": ITEM, "calls": [_PAGE]},
    "calls.0.max_fan_out": {**_LISTED, "calls": [
        {**_PAGE, "tool": "metric", "operation": "series", "params": _SPAN,
         "output_mapping": _EACH, "max_fan_out": 2}]},
    "steps.0.condition": {"enable_multistep": True, "calls": [_PAGE], "steps": [
        {**_STEPS[0], "condition": {**_IF, "field": "{own.rows.length}"}}]},
    "next_step_id": {"steps": 2},
    "error_next_step_id": {"steps": 2},
    "branches": _BRANCHING,
    "branches.0.branch_id": {**_BRANCHING, "branches": [
        {**_BRANCH, "merge_step_id": "s1", "steps": [
            {"step_id": "s2", **_STEP, "primary": {"keywords": ["nowhere"]}}]}]},
    "budget.max_branches": _BRANCHING,
    "loops": _LOOPING,
    "budget.max_iterations": _LOOPING,
}  # fmt: skip
"""The plans to set fields in: by field, else by part; else one that looks up an item."""

KINDS: Final[Mapping[str, Json]] = {
    "recipe": _recipe(),
    "full recipe": {
        **_recipe(views=["IMPACT", "PATH"], include_metric=True, include_history=True,
                  include_cep=True),
        "metric": _CPU, "history": {"enabled": True}, "cep": {"rule_id": "rule-high-cpu"}},
    "path": _PATH,
    "page": _LISTED,
    "search": {"intent": "SEARCH", "primary": SEARCH},
    "walk": {"intent": "EXPAND", "primary": ITEM, "graph": {**_WIDE, "depth": 2}},
    "documents": {"intent": "DOCUMENT", "document": {"query": "erp"}},
    "groups": {"intent": "AGGREGATE", "aggregate": {"group_by": ["status"]}},
    "ranking": {"intent": "AGGREGATE", "metric": _CPU, "aggregate": _RANKED},
    "records": {"history": _EVENTS},
    "series": {"primary": ITEM, "metric": _SERIES},
}  # fmt: skip
"""Plans of every kind, in which each field of their parts is set."""

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
    "graph.walk": _NEAR,
    "auto.walks": [_NEAR],
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
    "cep.mode": "evaluate",
    "cep.rule": {
        "trigger_type": "metric",
        "condition": "metric.value > 1.0",
        "trigger_spec": {"metric_name": "memory_usage"},
    },
    "view": "IMPACT",
    "auto.views": ["IMPACT"],
    "auto.depth_hint": 2,
    "source_ci_code": "sys-erp",
    "target_ci_code": "storage-erp",
    "intent": "EXPAND",
    "mode": "all",
    "tool_type": "ci_search",
    "budget.max_steps": 1,
    "budget.max_depth": 1,
    "budget.timeout_seconds": 1e-9,
    "tool_dependencies.0.tool_id": "primary",
    "tool_dependencies.0.depends_on": ["primary"],
    "tool_dependencies.0.max_fan_out": 1,
    "execution_strategy": "serial",
    "budget.max_branches": 0,
    "budget.max_iterations": 1,
    "calls.0.params": {"limit": 1},
    "calls.0.output_mapping": {},
    "calls.0.depends_on": ["primary"],
    "steps.0.calls.0.depends_on": ["s0:primary"],
    "calls.0.max_fan_out": 1,
    "next_step_id": "s1",
    "error_next_step_id": "s1",
    "merge_step_id": "s1",
    "max_iterations": 1,
    "condition.field": "{s0:primary.rows[0].ci_code}",
    "calls.0.condition.field": "{primary.rows[0].ci_code}",
    "tool_dependencies.0.condition.field": "{primary.rows[0].ci_code}",
    "steps.0.calls.0.condition.field": "{s0:primary.rows[0].ci_code}",
    "steps.0.condition.field": "{own.rows[0].ci_code}",
    "operator": "<",
    "condition.value": 3,
    "tool_dependencies.0.output_mapping": {"ci_ids": "{primary.rows[*].ci_id}"},
    "mode_hint": "all",
}
"""Values by the end of the path; without one, another of the field's type is taken."""
