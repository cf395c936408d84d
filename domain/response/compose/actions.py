"""What a person may do next with an answer: choose, refine its plan, or look closer.

A refinement is a `rerun` whose payload holds a `patch`: dotted paths of the plan and their new
values.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from domain.estate.view_policy import View
from domain.json import JsonMap, as_count, as_list, as_map, as_maps, as_text, as_texts
from domain.plan.data_flow import Parts
from domain.plan.flow import places_of
from domain.plan.intent import Intent, PlanMode
from domain.plan.plan import Plan
from domain.plan.planned_call import BUILDERS
from domain.query.periods import period
from domain.response.compose.call_result import CallResult
from domain.response.compose.choices import choices, path_of
from domain.response.compose.cut_answers import (
    MOST_GROUPS,
    MOST_ITEMS,
    Refinements,
    clear,
    last_turns,
    of_long_search,
    of_page,
    of_pages,
    of_ranking,
    of_search,
    rest,
    shows_more,
)
from domain.response.compose.own_calls import of_own_call
from domain.response.compose.tries import HISTORY_RANGES, along, around, with_less
from domain.response.edition import NEWEST, SECOND
from domain.response.next_actions import NextAction, rerun

if TYPE_CHECKING:
    from pydantic import JsonValue

TRACE_DETAILS = NextAction(type="open_trace", label="Trace details")
_METRIC_RANGES = ("last_1h", "last_24h", "last_7d")
_AGGREGATIONS = ("avg", "max", "min")
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
    edition: int = NEWEST,
) -> list[NextAction]:
    """Return what can be done next, each once; the details of the trace are always last.

    Choices are offered for every failed call, refinements for every other; of each of several
    steps the first two. The first edition refines no steps.
    """
    is_whole = edition > 1
    found = [action for call in calls for action in choices(plan, call, edition=edition)]
    found += recommended
    for call in last_turns(plan, calls) if edition > SECOND else calls:
        if call.status == "succeeded" and (is_whole or not call.step_id):
            found.extend(_refined(plan, call, edition=edition))
            found.extend(of_own_call(plan, call, edition) if is_whole else ())
    return [*once(found, edition), TRACE_DETAILS]


def _refined(plan: Plan, call: CallResult, *, edition: int) -> Iterator[NextAction]:
    is_whole = edition > 1
    steps: dict[str | None, Parts] = {p.step.step_id: p.step for p in places_of(plan)}
    parts = steps.get(call.step_id) if call.step_id else plan
    is_part = call.part in BUILDERS or not is_whole
    if is_whole and call.name == "ci.resolve" and call.part != "primary":
        return  # what is looked along and around is the primary item
    if parts is None or not is_part or call.part in {each.call_id for each in parts.calls}:
        return  # it is nothing of the plan that a patch could change
    if parts.mode is PlanMode.AUTO:
        return  # its review recommends what to do
    offered: Refinements = chain.from_iterable(
        refinements[call.name](parts, call)
        for since, refinements in _SINCE.items()
        if edition >= since and call.name in refinements
    )
    if is_whole:
        offered = (action for action in offered if shows_more(call, action))
    if edition > SECOND:
        offered = clear(plan, parts, call, offered)
    if isinstance(parts, Plan):
        yield from offered
        return
    for action in islice(offered, _MOST_OF_A_STEP):
        patch = as_map(action.payload["patch"])
        own = {f"{path_of(plan, call)}{path}": value for path, value in patch.items()}
        yield rerun(f"{parts.name}: {action.label}", own)


def once(actions: Iterable[NextAction], edition: int = NEWEST) -> list[NextAction]:
    """Return each action once: those with its label and change are the same."""
    unique: dict[tuple[str, str], NextAction] = {}
    for action in actions:
        change = str(action.payload) if edition > SECOND else ""
        unique.setdefault((action.label, change), action)
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
    for label in HISTORY_RANGES:
        if label != call.params.get("time_range"):
            yield rerun(f"History{period(label, 'of')}", {"history.time_range": label})
    yield from rest(call, "records", "history.limit", most=MOST_GROUPS)


def _of_graph(_: Parts, call: CallResult) -> Refinements:
    current = as_text(call.facts.get("view"))
    for label, asked in around(call):
        yield rerun(label, {f"graph.{path}": value for path, value in _flat(asked).items()})
    root = _root_code(call)
    for view, question in _VIEWS.items():
        if view.value != current:
            yield rerun(question.format(root), {"graph.view": view.value})


def _of_counts(_: Parts, call: CallResult) -> Refinements:
    for label in HISTORY_RANGES:
        if label != call.params.get("time_range"):
            yield rerun(f"Count those{period(label, 'of')}", {"aggregate.time_range": label})


def _of_documents(_: Parts, call: CallResult) -> Refinements:
    yield from rest(call, "documents", "document.top_k", most=MOST_ITEMS)
    words = as_text(call.params.get("query")).split()
    if call.facts.get("total") == 0 and len(words) > 1:
        for word in sorted(words, key=len, reverse=True)[:_FEW]:
            yield rerun(f"Documents with {word}", {"document.query": word})


def _flat(asked: JsonMap) -> JsonMap:
    """Return the values by dotted paths: those of limits one by one."""
    limits = as_map(asked.get("limits"))
    return {f"limits.{name}": most for name, most in limits.items()} or asked


def _with_less(_: Parts, call: CallResult) -> Refinements:
    fields = {"min_relevance": "document.min_relevance", "keywords": "primary.keywords"}
    if call.part == "secondary":
        fields["keywords"] = "secondary.keywords"
    for label, asked in with_less(call):
        yield rerun(label, {fields[name]: value for name, value in asked.items()})


def _of_path(_: Parts, call: CallResult) -> Refinements:
    for label, asked in along(call):
        yield rerun(label, {"graph.depth": asked["hops"]})
    if call.facts.get("reason") != "found":
        patch: dict[str, JsonValue] = {"intent": "EXPAND", "graph.view": "NEIGHBORS"}
        yield rerun("What is near the first of them", patch)


def _root_code(call: CallResult) -> str:
    root = call.facts.get("root")
    nodes = as_maps(call.facts.get("nodes"))
    return next((as_text(node.get("code")) for node in nodes if node.get("id") == root), "it")


_Refine = Callable[[Parts, CallResult], Refinements]
_SINCE: Mapping[int, Mapping[str, _Refine]] = {
    2: {
        "metric.aggregate_by_ci": of_ranking,
        "history.aggregate": _of_counts,
        "ci.list_preview": of_pages,
        "ci.search": of_long_search,
        "document.search": _of_documents,
        "graph.path": _of_path,
    },
    3: dict.fromkeys(("ci.search", "ci.list_preview", "document.search"), _with_less),
    1: {
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
    },
}
"""What is offered since which edition, the first come first."""
