"""What a person may do next with an answer: choose, refine its plan, or look closer.

A refinement is a `rerun` whose payload holds a `patch`: dotted paths of the plan and their new
values.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pydantic import JsonValue

from domain.estate.view_policy import View
from domain.json import as_count, as_list, as_map, as_maps, as_text, as_texts
from domain.plan.flow import places_of
from domain.plan.intent import Intent
from domain.plan.plan import Plan
from domain.response.compose.call_result import CallResult
from domain.response.compose.wording import period
from domain.response.next_actions import NextAction

TRACE_DETAILS = NextAction(type="open_trace", label="Trace details")
_METRIC_RANGES = ("last_1h", "last_24h", "last_7d")
_AGGREGATIONS = ("avg", "max", "min")
_HISTORY_RANGES = ("last_24h", "last_7d", "last_30d")
_VIEWS = {
    View.DEPENDENCY: "What {} needs",
    View.NEIGHBORS: "What is near {}",
    View.IMPACT: "What is affected if {} fails",
}
_MOST_ITEMS = 50
_MOST_GROUPS = 200
_TOP_GROUPS = 10
Refinements = Iterator[NextAction]
_SELECTED = {"primary": "selected_ci_id", "secondary": "selected_secondary_ci_id"}


def next_actions(plan: Plan, calls: Sequence[CallResult]) -> list[NextAction]:
    """Return what can be done next, each label once; the details of the trace are always last.

    Choices are offered for every failed call, refinements for plans without steps: a patch of one
    step among several would need more words than a label has.
    """
    found = [action for call in calls for action in choices(plan, call)]
    own = {each.call_id for each in plan.calls}
    for call in calls:
        refine = None if call.step_id or call.part in own else _REFINEMENTS.get(call.name)
        if refine is not None and call.status == "succeeded":
            found.extend(refine(plan, call))
    return [*_once(found), TRACE_DETAILS]


def _once(actions: Iterable[NextAction]) -> list[NextAction]:
    unique: dict[str, NextAction] = {}
    for action in actions:
        unique.setdefault(action.label, action)
    return list(unique.values())


def _rerun(label: str, patch: Mapping[str, JsonValue]) -> NextAction:
    return NextAction(type="rerun", label=label, payload={"patch": dict(patch)})


def _of_item(plan: Plan, call: CallResult) -> Refinements:
    """The views of an item that was looked up, and what happened to it."""
    if plan.intent is not Intent.LOOKUP or plan.graph.view is not None:
        return
    code = next((as_text(row.get("ci_code")) for row in as_maps(call.facts.get("rows"))), "it")
    for view, question in _VIEWS.items():
        patch: dict[str, JsonValue] = {"intent": "EXPAND", "graph.view": view.value}
        yield _rerun(question.format(code), patch)
    if not plan.history.enabled:
        yield _rerun("Work and maintenance in the last 7 days", {"history.enabled": True})


def _of_search(_: Plan, call: CallResult) -> Refinements:
    shown, total = len(as_list(call.facts.get("rows"))), as_count(call.facts.get("total"))
    if shown < min(total, _MOST_ITEMS):
        most = min(total, _MOST_ITEMS)
        yield _rerun(f"Show {most} of {total} items", {f"{call.part}.limit": most})


def _of_page(plan: Plan, call: CallResult) -> Refinements:
    total, offset = as_count(call.facts.get("total")), as_count(call.facts.get("offset"))
    limit = as_count(call.facts.get("limit")) or plan.list.limit
    if offset + limit < total:
        yield _rerun("Next page", {"list.offset": offset + limit})
    if offset > 0:
        yield _rerun("Previous page", {"list.offset": max(0, offset - limit)})
        yield _rerun("First page", {"list.offset": 0})


def _of_groups(_: Plan, call: CallResult) -> Refinements:
    shown, total = len(as_list(call.facts.get("rows"))), as_count(call.facts.get("total_groups"))
    if shown < total:
        most = min(total, _MOST_GROUPS)
        yield _rerun(f"Show {most} of {total} groups", {"aggregate.top_n": most})
    if call.tool == "ci" and as_texts(call.params.get("group_by")) != ["ci_subtype"]:
        patch: dict[str, JsonValue] = {"aggregate.group_by": ["ci_subtype"]}
        yield _rerun(f"Top {_TOP_GROUPS} by ci_subtype", {**patch, "aggregate.top_n": _TOP_GROUPS})


def _of_metric(_: Plan, call: CallResult) -> Refinements:
    metric, current = as_text(call.params.get("metric_name")), call.params.get("time_range")
    for label in _METRIC_RANGES:
        if label != current:
            yield _rerun(f"{metric}{period(label, 'over')}", {"metric.time_range": label})
    agg = call.facts.get("agg")
    for other in _AGGREGATIONS:
        if agg is not None and other != agg:
            yield _rerun(f"Show {other} instead of {as_text(agg)}", {"metric.agg": other})


def _of_history(_: Plan, call: CallResult) -> Refinements:
    shown, total = len(as_list(call.facts.get("rows"))), as_count(call.facts.get("total"))
    for label in _HISTORY_RANGES:
        if label != call.params.get("time_range"):
            yield _rerun(f"History{period(label, 'of')}", {"history.time_range": label})
    if shown < min(total, _MOST_GROUPS):
        most = min(total, _MOST_GROUPS)
        yield _rerun(f"Show {most} of {total} records", {"history.limit": most})


def _of_graph(_: Plan, call: CallResult) -> Refinements:
    current = as_text(call.facts.get("view"))
    meta = as_map(call.facts.get("meta"))
    depth, most = as_count(meta.get("depth")), as_count(meta.get("max_depth"))
    # More depth would not help where the limits cut off: first there must be room.
    if call.facts.get("truncated") is True:
        limits = as_map(meta.get("limits"))
        patch: dict[str, JsonValue] = {
            f"graph.limits.{name}": 2 * as_count(limits.get(name))
            for name in ("max_nodes", "max_edges")
        }
        yield _rerun("Show twice as many", patch)
    elif depth < most and as_count(call.facts.get("beyond_depth")):
        yield _rerun(f"Expand to depth {depth + 1}", {"graph.depth": depth + 1})
    root = _root_code(call)
    for view, question in _VIEWS.items():
        if view.value != current:
            yield _rerun(question.format(root), {"graph.view": view.value})


def _root_code(call: CallResult) -> str:
    root = call.facts.get("root")
    nodes = as_maps(call.facts.get("nodes"))
    return next((as_text(node.get("code")) for node in nodes if node.get("id") == root), "it")


_REFINEMENTS: Mapping[str, Callable[[Plan, CallResult], Refinements]] = {
    "ci.resolve": _of_item,
    "ci.search": _of_search,
    "ci.list_preview": _of_page,
    "ci.aggregate": _of_groups,
    "history.aggregate": _of_groups,
    "document.aggregate": _of_groups,
    "metric.aggregate": _of_metric,
    "metric.aggregate_by_ci": _of_metric,
    "metric.series": _of_metric,
    "history.event_log": _of_history,
    "history.work": _of_history,
    "history.maintenance": _of_history,
    "history.work_and_maintenance": _of_history,
    "graph.expand": _of_graph,
}


def choices(plan: Plan, call: CallResult) -> Iterator[NextAction]:
    """Yield an action for each candidate of an ambiguous name, or code close to an unknown one."""
    selected = _SELECTED.get(call.part)
    if selected is None or call.status != "failed":
        return
    for candidate in as_maps(call.details.get("candidates")):
        code = as_text(candidate.get("ci_code"))
        yield _choose(plan, call, code, {selected: candidate.get("ci_id")})
    for code in as_texts(call.details.get("suggestions")):
        yield _choose(plan, call, code, {})


def _choose(plan: Plan, call: CallResult, code: str, selected: dict[str, JsonValue]) -> NextAction:
    spec = f"{_path(plan, call)}{call.part}"
    patch: JsonValue = {f"{spec}.keywords": [code], f"{spec}.tool_type": "ci_lookup"}
    return NextAction(
        type="rerun", label=f"{code} ({call.part})", payload={**selected, "patch": patch}
    )


def _path(plan: Plan, call: CallResult) -> str:
    """The path of the call's step in the plan, with its dot; empty for a plan without steps."""
    paths = (place.path for place in places_of(plan) if place.step.step_id == call.step_id)
    return next((f"{path}." for path in paths), "")
