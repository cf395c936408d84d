"""What else can be asked of a call: further, over another time, with less that must hold."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from domain.json import JsonMap, as_count, as_list, as_map, as_maps, as_number, as_text, as_texts
from domain.plan.planned_call import policy_in
from domain.query.periods import period
from domain.response.compose.call_result import CallResult

Tries = Iterator[tuple[str, JsonMap]]
"""Labels, and the parameters with their new values."""
HISTORY_RANGES: Final = ("last_24h", "last_7d", "last_30d")
_FEW = 3


def with_less(call: CallResult) -> Tries:
    """Where nothing was found: less relevant documents, items of which one word is not asked."""
    if call.facts.get("total") != 0:
        return
    is_cut = any(" less relevant than " in each for each in call.warnings)
    if is_cut and as_number(call.params.get("min_relevance")):
        yield "Documents of any relevance", {"min_relevance": 0}
    words = as_texts(call.params.get("keywords"))
    for word in words[:_FEW] if len(words) > 1 else ():
        rest = [each for each in words if each != word]
        yield f"Items matching {' '.join(rest)}", {"keywords": [*rest]}


def at_another_time(call: CallResult) -> Tries:
    """Other ranges, where a metric has no points in its own."""
    counts = (call.facts.get("sample_count"), call.facts.get("ci_count_with_data"))
    for label in HISTORY_RANGES if 0 in counts else ():
        if label != call.params.get("time_range"):
            metric = as_text(call.params.get("metric_name"))
            yield f"{metric}{period(label, 'over')}", {"time_range": label}


def around(call: CallResult) -> Tries:
    """More room where the limits cut a walk off; one step more where it goes on."""
    meta = as_map(call.facts.get("meta"))
    depth, limits = as_count(meta.get("depth")), as_map(meta.get("limits"))
    # More depth would not help where the limits cut off: first there must be room.
    if call.facts.get("truncated") is True:
        twice = {name: 2 * as_count(limits.get(name)) for name in ("max_nodes", "max_edges")}
        yield "Show twice as many", {"limits": {**twice}}
    elif depth < as_count(meta.get("max_depth")) and as_count(call.facts.get("beyond_depth")):
        yield f"Expand to depth {depth + 1}", {"depth": depth + 1}


def along(call: CallResult) -> Tries:
    """More hops, where the other item is too far."""
    hops, most = as_count(call.facts.get("hop_count")), policy_in(call.params).max_depth
    followed = as_count(as_map(call.facts.get("meta")).get("max_hops"))
    if call.facts.get("reason") == "too_far" and followed < most:
        more = hops if followed < hops <= most else most
        yield f"Follow up to {more} hops", {"hops": more}


def of_query(call: CallResult) -> Tries:
    """The next page of a list, or the query with one condition less, where nothing was found."""
    want, sets = as_map(call.params.get("want")), as_maps(call.params.get("of"))
    total, shown = as_count(call.facts.get("total")), len(as_list(call.facts.get("rows")))
    reached = as_count(want.get("offset")) + shown
    if want.get("do") == "list" and shown > 0 and reached < total:
        yield "Next page", {"want.offset": reached}
    if call.facts.get("total") != 0 or len(sets) > 1:
        return
    if as_text(sets[0].get("time")):
        yield "At any time", {"of.0.time": None}
    where = as_list(sets[0].get("where"))
    for at in range(min(len(where), _FEW)):
        less = {**sets[0], "where": where[:at] + where[at + 1 :]}
        yield f"Without {_condition(sets[0], where[at])}", {"of": [less]}


def _condition(members: JsonMap, condition: JsonValue) -> str:
    from domain.query.set_words import set_in_words  # noqa: PLC0415 - few find nothing
    from domain.query.sets import Set  # noqa: PLC0415

    part = Set.model_validate({"kind": members["kind"], "where": [condition]})
    return f"asking for {set_in_words(part)}"


TRIES: Final[Mapping[str, Callable[[CallResult], Tries]]] = {
    "ci.search": with_less,
    "ci.list_preview": with_less,
    "document.search": with_less,
    "metric.aggregate": at_another_time,
    "metric.aggregate_by_ci": at_another_time,
    "metric.series": at_another_time,
    "graph.expand": around,
    "graph.path": along,
    "query.select": of_query,
}
"""What else can be asked of the operations."""
