"""What is offered where an answer is cut: the rest of it, or another page."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from domain.json import as_count, as_list, as_map
from domain.plan.data_flow import Parts
from domain.plan.plan import Plan
from domain.response.compose.call_result import CallResult
from domain.response.compose.choices import own_call
from domain.response.next_actions import NextAction, rerun

if TYPE_CHECKING:
    from pydantic import JsonValue

MOST_ITEMS = 50
MOST_GROUPS = 200
_RECORDS: Final = ("records", "limit", MOST_GROUPS)
_GROUPS: Final = ("groups", "top_n", MOST_GROUPS)
_OF_OWN: Final[Mapping[str, tuple[str, str, int]]] = {
    "ci.search": ("items", "limit", MOST_ITEMS),
    "ci.list_preview": ("items", "limit", MOST_ITEMS),
    "ci.aggregate": _GROUPS,
    "metric.aggregate_by_ci": ("items", "top_n", MOST_GROUPS),
    "history.event_log": _RECORDS,
    "history.work": _RECORDS,
    "history.maintenance": _RECORDS,
    "history.work_and_maintenance": _RECORDS,
    "history.aggregate": _GROUPS,
    "document.search": ("documents", "limit", MOST_ITEMS),
    "document.aggregate": _GROUPS,
}
"""What the calls show, by which param it is limited, and how many it allows."""
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


def of_own_call(plan: Plan, call: CallResult) -> Refinements:
    """The rest of what a call of `calls:` shows, and the next page of a list."""
    own, limited = own_call(plan, call), _OF_OWN.get(call.name)
    if own is None or limited is None:
        return
    path, planned = own
    noun, param, most = limited
    facts, shown = call.facts, len(as_list(call.facts.get("rows")))
    total = as_count(facts.get("total_groups" if noun == "groups" else "total"))
    reached, wanted = as_count(facts.get("offset")) + shown, min(total, most)
    offered = {f"Show {wanted} of {total} {noun}": (param, wanted)} if shown < wanted else {}
    if call.operation == "list_preview" and shown:
        offered["Next page"] = ("offset", reached)
    for label, (name, value) in offered.items():
        if reached < total and name not in planned.output_mapping:
            yield rerun(f"{call.part}: {label}", {f"{path}params.{name}": value})
