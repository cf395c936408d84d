"""What is offered for calls of `calls:`: the rest of what they show, and other tries."""

from collections.abc import Iterator, Mapping
from typing import Final

from domain.json import JsonMap, as_count, as_list
from domain.plan.plan import OwnCall, Plan
from domain.response.compose.call_result import CallResult
from domain.response.compose.choices import own_call
from domain.response.compose.cut_answers import MOST_GROUPS, MOST_ITEMS, Refinements
from domain.response.compose.tries import TRIES
from domain.response.edition import SECOND
from domain.response.next_actions import rerun

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


def of_own_call(plan: Plan, call: CallResult, edition: int) -> Refinements:
    """The rest of what a call shows, the next page of a list, and what else can be asked of it."""
    own = own_call(plan, call)
    if own is None:
        return
    path, planned = own
    tries = TRIES[call.name](call) if edition > SECOND and call.name in TRIES else ()
    for label, asked in (*_rest(call), *tries):
        if asked.keys().isdisjoint(planned.output_mapping):
            places = [f"{path}params.", *_in_query(plan, planned)]
            patch = {f"{at}{name}": value for at in places for name, value in asked.items()}
            yield rerun(f"{call.part}: {label}", patch)


def _in_query(plan: Plan, planned: OwnCall) -> Iterator[str]:
    """Yield where the query of the plan says what the call asks: they change together."""
    asks = as_list(plan.query["asks"]) if plan.query else []
    yield from (f"query.asks.{at}." for at, ask in enumerate(asks) if ask == planned.params)


def _rest(call: CallResult) -> Iterator[tuple[str, JsonMap]]:
    if call.name not in _OF_OWN:
        return
    noun, param, most = _OF_OWN[call.name]
    facts, shown = call.facts, len(as_list(call.facts.get("rows")))
    total = as_count(facts.get("total_groups" if noun == "groups" else "total"))
    reached, wanted = as_count(facts.get("offset")) + shown, min(total, most)
    if reached >= total:
        return
    if shown < wanted:
        yield f"Show {wanted} of {total} {noun}", {param: wanted}
    if call.operation == "list_preview" and shown:
        yield "Next page", {"offset": reached}
