"""What is offered where an answer is cut: the rest of it, or another page."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from domain.estate.view_policy import View
from domain.json import as_count, as_list, as_map
from domain.plan.data_flow import Parts
from domain.plan.flow import places_of
from domain.plan.plan import Plan
from domain.response.compose.call_result import CallResult
from domain.response.next_actions import NextAction, rerun

if TYPE_CHECKING:
    from pydantic import JsonValue

MOST_ITEMS = 50
MOST_GROUPS = 200
Refinements = Iterator[NextAction]


def shows_more(call: CallResult, action: NextAction) -> bool:
    """Whether it asks for more groups than are shown, or for a page that has something on it."""
    patch, shown = as_map(action.payload["patch"]), len(as_list(call.facts.get("rows")))
    is_page = "list.offset" not in patch or as_count(patch["list.offset"]) < as_count(
        call.facts.get("total")
    )
    return is_page and patch != {"aggregate.top_n": shown}


def rest(call: CallResult, noun: str, field: str, *, most: int) -> Refinements:
    """As many as there are and may be, where fewer are shown."""
    shown, total = len(as_list(call.facts.get("rows"))), as_count(call.facts.get("total"))
    if shown < min(total, most):
        yield rerun(f"Show {min(total, most)} of {total} {noun}", {field: min(total, most)})


def of_search(_: Parts, call: CallResult) -> Refinements:
    """As many items as a search may show."""
    return rest(call, "items", f"{call.part}.limit", most=MOST_ITEMS)


def of_long_search(_: Parts, call: CallResult) -> Refinements:
    """Its items as a list, which has pages, where there are more than a search shows."""
    total = as_count(call.facts.get("total"))
    if call.part == "primary" and total > MOST_ITEMS:
        patch: dict[str, JsonValue] = {"intent": "LIST", "list.enabled": True}
        yield rerun(f"All {total} items in pages", patch)


def of_page(plan: Parts, call: CallResult) -> Refinements:
    """The pages beside the one that is shown."""
    total, offset = as_count(call.facts.get("total")), as_count(call.facts.get("offset"))
    limit = as_count(call.facts.get("limit")) or plan.list.limit
    if offset + limit < total:
        yield rerun("Next page", {"list.offset": offset + limit})
    if offset > 0:
        yield rerun("Previous page", {"list.offset": max(0, offset - limit)})
        yield rerun("First page", {"list.offset": 0})


def of_pages(plan: Parts, call: CallResult) -> Refinements:
    """The last page, where the one that was asked for is beyond it."""
    total, offset = as_count(call.facts.get("total")), as_count(call.facts.get("offset"))
    limit = as_count(call.facts.get("limit")) or plan.list.limit
    if 0 < total <= offset:
        yield rerun("Last page", {"list.offset": (total - 1) // limit * limit})


def of_ranking(_: Parts, call: CallResult) -> Refinements:
    """As many items as a ranking may have."""
    return rest(call, "items", "aggregate.top_n", most=MOST_GROUPS)


def last_turns(plan: Plan, calls: Sequence[CallResult]) -> list[CallResult]:
    """Return the calls; those of steps that repeat as they were made last."""
    repeated = {place.step.step_id for place in places_of(plan) if place.loop_id is not None}
    last = {call.step_id: _turn(call) for call in calls if call.status != "skipped"}
    return [
        call
        for call in calls
        if call.step_id not in repeated or _turn(call) == last.get(call.step_id)
    ]


def _turn(call: CallResult) -> str:
    return call.call_id.partition("@")[2].partition("@")[0]


def clear(plan: Plan, parts: Parts, call: CallResult, actions: Refinements) -> Refinements:
    """Yield the actions, saying in one place what they change, but those that nothing reads.

    A parameter that an explicit dependency gives is not read from the part.
    """
    call_id, explicit = call.call_id.partition("@")[0], plan.tool_dependencies
    given = {name for each in explicit if each.tool_id == call_id for name in each.output_mapping}
    for action in actions:
        patch = as_map(action.payload["patch"])
        if given & {path.rpartition(".")[2] for path in patch}:
            continue
        if "graph.depth" in patch and parts.graph.user_requested_depth is not None:
            patch["graph.user_requested_depth"] = None
        if "graph.view" in patch and parts.view not in {None, View.SUMMARY}:
            patch["view"] = None
        yield rerun(action.label, patch)
