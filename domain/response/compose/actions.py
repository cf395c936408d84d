"""What a person may do next with an answer: choose, refine its plan, or look closer.

A refinement is a `rerun` whose payload holds a `patch`: dotted paths of the plan and their new
values.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from domain.estate.view_policy import VIEW_POLICIES, View
from domain.json import as_count, as_list, as_map, as_maps, as_text, as_texts
from domain.plan.data_flow import Parts
from domain.plan.flow import places_of
from domain.plan.intent import Intent, PlanMode
from domain.plan.plan import Plan
from domain.plan.planned_call import BUILDERS
from domain.response.compose.call_result import CallResult
from domain.response.compose.choices import choices, path_of
from domain.response.compose.cut_answers import (
    MOST_GROUPS,
    MOST_ITEMS,
    Refinements,
    of_long_search,
    of_own_call,
    of_page,
    of_pages,
    of_ranking,
    of_search,
    rest,
    shows_more,
)
from domain.response.compose.wording import period
from domain.response.next_actions import NextAction, rerun

if TYPE_CHECKING:
    from pydantic import JsonValue

TRACE_DETAILS = NextAction(type="open_trace", label="Trace details")
_METRIC_RANGES = ("last_1h", "last_24h", "last_7d")
_AGGREGATIONS = ("avg", "max", "min")
_HISTORY_RANGES = ("last_24h", "last_7d", "last_30d")
_VIEWS = {
    View.DEPENDENCY: "What {} needs",
    View.NEIGHBORS: "What is near {}",
    View.IMPACT: "What is affected if {} fails",
}
_TOP_GROUPS = 10
_FEW = 3
_MOST_OF_A_STEP = 2


def next_actions(
    plan: Plan,
    calls: Sequence[CallResult],
    recommended: Sequence[NextAction] = (),
    *,
    is_whole: bool = True,
) -> list[NextAction]:
    """Return what can be done next, each label once; the details of the trace are always last.

    Choices are offered for every failed call, refinements for every other; of each of several
    steps the first two. What is not `is_whole` is of the first edition: it refines no steps.
    """
    found = [action for call in calls for action in choices(plan, call, is_whole=is_whole)]
    found += recommended
    for call in calls:
        if call.status == "succeeded" and (is_whole or not call.step_id):
            found.extend(_refined(plan, call, is_whole=is_whole))
            found.extend(of_own_call(plan, call) if is_whole else ())
    return [*_once(found), TRACE_DETAILS]


def _refined(plan: Plan, call: CallResult, *, is_whole: bool) -> Iterator[NextAction]:
    steps: dict[str | None, Parts] = {p.step.step_id: p.step for p in places_of(plan)}
    parts = steps.get(call.step_id) if call.step_id else plan
    is_part = call.part in BUILDERS or not is_whole
    if is_whole and call.name == "ci.resolve" and call.part != "primary":
        return  # what is looked along and around is the primary item
    if parts is None or not is_part or call.part in {each.call_id for each in parts.calls}:
        return  # it is nothing of the plan that a patch could change
    if parts.mode is PlanMode.AUTO:
        return  # its review recommends what to do
    refinements = [_MORE[call.name]] if is_whole and call.name in _MORE else []
    refinements += [_REFINEMENTS[call.name]] if call.name in _REFINEMENTS else []
    offered: Refinements = chain.from_iterable(refine(parts, call) for refine in refinements)
    if is_whole:
        offered = (action for action in offered if shows_more(call, action))
    if isinstance(parts, Plan):
        yield from offered
        return
    for action in islice(offered, _MOST_OF_A_STEP):
        patch = as_map(action.payload["patch"])
        own = {f"{path_of(plan, call)}{path}": value for path, value in patch.items()}
        yield rerun(f"{parts.name}: {action.label}", own)


def _once(actions: Iterable[NextAction]) -> list[NextAction]:
    unique: dict[str, NextAction] = {}
    for action in actions:
        unique.setdefault(action.label, action)
    return list(unique.values())


def _of_item(plan: Parts, call: CallResult) -> Refinements:
    """The views of an item that was looked up, and what happened to it."""
    if plan.intent is not Intent.LOOKUP or plan.graph.view is not None:
        return
    code = next((as_text(row.get("ci_code")) for row in as_maps(call.facts.get("rows"))), "it")
    for view, question in _VIEWS.items():
        patch: dict[str, JsonValue] = {"intent": "EXPAND", "graph.view": view.value}
        yield rerun(question.format(code), patch)
    if not plan.history.enabled:
        yield rerun("Work and maintenance in the last 7 days", {"history.enabled": True})


def _of_groups(_: Parts, call: CallResult) -> Refinements:
    shown, total = len(as_list(call.facts.get("rows"))), as_count(call.facts.get("total_groups"))
    if shown < total:
        most = min(total, MOST_GROUPS)
        yield rerun(f"Show {most} of {total} groups", {"aggregate.top_n": most})
    if call.tool == "ci" and as_texts(call.params.get("group_by")) != ["ci_subtype"]:
        patch: dict[str, JsonValue] = {"aggregate.group_by": ["ci_subtype"]}
        yield rerun(f"Top {_TOP_GROUPS} by ci_subtype", {**patch, "aggregate.top_n": _TOP_GROUPS})


def _of_metric(_: Parts, call: CallResult) -> Refinements:
    metric, current = as_text(call.params.get("metric_name")), call.params.get("time_range")
    for label in _METRIC_RANGES:
        if label != current:
            yield rerun(f"{metric}{period(label, 'over')}", {"metric.time_range": label})
    agg = call.facts.get("agg")
    for other in _AGGREGATIONS:
        if agg is not None and other != agg:
            yield rerun(f"Show {other} instead of {as_text(agg)}", {"metric.agg": other})


def _of_history(_: Parts, call: CallResult) -> Refinements:
    for label in _HISTORY_RANGES:
        if label != call.params.get("time_range"):
            yield rerun(f"History{period(label, 'of')}", {"history.time_range": label})
    yield from rest(call, "records", "history.limit", most=MOST_GROUPS)


def _of_graph(_: Parts, call: CallResult) -> Refinements:
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
        yield rerun("Show twice as many", patch)
    elif depth < most and as_count(call.facts.get("beyond_depth")):
        yield rerun(f"Expand to depth {depth + 1}", {"graph.depth": depth + 1})
    root = _root_code(call)
    for view, question in _VIEWS.items():
        if view.value != current:
            yield rerun(question.format(root), {"graph.view": view.value})


def _of_counts(_: Parts, call: CallResult) -> Refinements:
    for label in _HISTORY_RANGES:
        if label != call.params.get("time_range"):
            yield rerun(f"Count those{period(label, 'of')}", {"aggregate.time_range": label})


def _of_documents(_: Parts, call: CallResult) -> Refinements:
    yield from rest(call, "documents", "document.top_k", most=MOST_ITEMS)
    words = as_text(call.params.get("query")).split()
    if call.facts.get("total") == 0 and len(words) > 1:
        for word in sorted(words, key=len, reverse=True)[:_FEW]:
            yield rerun(f"Documents with {word}", {"document.query": word})


def _of_path(_: Parts, call: CallResult) -> Refinements:
    hops, most = as_count(call.facts.get("hop_count")), VIEW_POLICIES[View.PATH].max_depth
    followed = as_count(as_map(call.facts.get("meta")).get("max_hops"))
    if call.facts.get("reason") == "too_far" and followed < most:
        more = hops if followed < hops <= most else most
        yield rerun(f"Follow up to {more} hops", {"graph.depth": more})
    if call.facts.get("reason") != "found":
        patch: dict[str, JsonValue] = {"intent": "EXPAND", "graph.view": "NEIGHBORS"}
        yield rerun("What is near the first of them", patch)


def _root_code(call: CallResult) -> str:
    root = call.facts.get("root")
    nodes = as_maps(call.facts.get("nodes"))
    return next((as_text(node.get("code")) for node in nodes if node.get("id") == root), "it")


_MORE: Mapping[str, Callable[[Parts, CallResult], Refinements]] = {
    "metric.aggregate_by_ci": of_ranking,
    "history.aggregate": _of_counts,
    "ci.list_preview": of_pages,
    "ci.search": of_long_search,
    "document.search": _of_documents,
    "graph.path": _of_path,
}
"""What is offered since the second edition."""

_REFINEMENTS: Mapping[str, Callable[[Parts, CallResult], Refinements]] = {
    "ci.resolve": _of_item,
    "ci.search": of_search,
    "ci.list_preview": of_page,
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
