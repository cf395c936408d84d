"""Several things about one item, a set or the whole estate, asked in a few words."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.applying import relations
from adapters.planners.reader.grammar.asked import COUNTED, LISTED, Asked, asked, is_one
from adapters.planners.reader.grammar.quantities import SPANS
from adapters.planners.reader.meaning import ITEM, Noun, Period, at_time, having, of_items
from domain.query.model import DistributionWant, MeasureWant, SimulateWant
from domain.query.sets import (
    AnyOf,
    Condition,
    FieldCondition,
    Function,
    Measure,
    Related,
    Relations,
    SetKind,
)

Asks = tuple[Asked, ...]
Relation = tuple[tuple[str, ...] | None, str]

TYPES = {
    ITEM: "ci_type",
    SetKind.EVENT: "event_type",
    SetKind.WORK: "work_type",
    SetKind.MAINTENANCE: "maint_type",
    SetKind.DOCUMENT: "document_type",
}
"""The field that says of which kind a record is."""
_RECENT = "last_7d"
_AVERAGE = Measure(function=Function.AVG, field="value")
PER_ITEM = MeasureWant(measures=(_AVERAGE,), group=("metric", "ci_code"))
_PARTS = ("record", "around", "events", "changes", "metrics")
_WHOLE = (
    (ITEM, "ci_type"),
    (ITEM, "status"),
    (SetKind.EVENT, "severity"),
    (SetKind.WORK, "result"),
    (SetKind.MAINTENANCE, "result"),
    (SetKind.DOCUMENT, "status"),
)


def _overview(noun: Noun, parts: tuple[str, ...] = _PARTS) -> Asks | None:
    """Return what is known of one item and of what is around it, in the last week."""
    if noun.kind is not ITEM or not is_one(noun):
        return None
    around = Related(related=Relations(), to=noun.members())
    both = Noun(ITEM, (AnyOf(any=(*noun.where, around)),))
    found = {
        "record": asked(LISTED, noun),
        "around": asked(LISTED, Noun(ITEM, (around,))),
        "events": asked(LISTED, Noun(SetKind.EVENT, time=_RECENT, of=noun)),
        "changes": asked(LISTED, Noun(SetKind.WORK_AND_MAINTENANCE, time=_RECENT, of=noun)),
        "metrics": asked(PER_ITEM, Noun(SetKind.POINT, time=_RECENT, of=both)),
    }
    return tuple(found[part] for part in _PARTS if part in parts)


def _part(part: str) -> tuple[str, ...]:
    return (part,)


def _parts(part: str, others: tuple[str, ...]) -> tuple[str, ...]:
    return (part, *others)


def whole() -> Asks:
    """Return how many records of each kind the estate has."""
    return tuple(asked(DistributionWant(group=(field,)), Noun(kind)) for kind, field in _WHOLE)


def _summary(noun: Noun) -> Asks | None:
    """Return "a summary of the events of yesterday": counted by their kinds, and listed."""
    if noun.kind is ITEM or noun.kind not in TYPES or not noun.is_headed:
        return None
    second = "severity" if noun.kind is SetKind.EVENT else "result"
    group = (
        (TYPES[noun.kind], second) if noun.kind in (*SPANS, SetKind.EVENT) else (TYPES[noun.kind],)
    )
    return asked(DistributionWant(group=group), noun), asked(LISTED, noun)


def _simulated(rule: str, noun: Noun) -> Asks | None:
    return (asked(SimulateWant(rule=rule), noun),) if is_one(noun) else None


def _apart(noun: Noun) -> Asks | None:
    """Return "servers of zones a and b separately": each of them in a list of its own."""
    several = [c for c in noun.where if isinstance(c, FieldCondition) and c.op == "in"]
    if len(several) != 1 or not isinstance(several[0].value, tuple):
        return None
    return tuple(
        asked(LISTED, replace(noun, where=_in_place(noun, several[0], value)))
        for value in several[0].value
    )


def _in_place(noun: Noun, listed: FieldCondition, value: object) -> tuple[Condition, ...]:
    one = FieldCondition.model_validate({"field": listed.field, "op": "=", "value": value})
    return tuple(one if each is listed else each for each in noun.where)


def _apart_and_all(noun: Noun) -> Asks | None:
    found = _apart(noun)
    return found and (*found, asked(COUNTED, noun))


def _history(first: Noun, second: Noun | None, items: Noun) -> Asks | None:
    """Return "work and deployment history of app-1": the records of each kind."""
    chosen = [first] if second is None else [first, second]
    is_wider = second is not None and second.kind is first.kind and not first.where
    found = [of_items(each, items) for each in chosen]
    if is_wider or not all(found):
        return None
    return tuple(asked(LISTED, each) for each in found if each)


def _with_host(
    asks: Asks, noun: Noun, relation: tuple[tuple[str, ...] | None, str]
) -> Asks | None:
    """Return further "and the host it runs on": of the items whose records are asked for."""
    of = asks[0].of[0].of
    if of is None or noun.kind is not ITEM or is_one(noun):
        return None
    types, way = relation
    back = {"out": "in", "in": "out"}.get(way, way)
    found = having(noun, Related(related=relations(types, back), to=of.members()))
    return (*asks, asked(LISTED, found))


def _in_time(asks: Asks, period: Period) -> Asks | None:
    timed = [(each, at_time(each.of[0], period.label)) for each in asks]
    return tuple(replace(each, of=(noun,)) for each, noun in timed if noun)


def _same(asks: Asks) -> Asks:
    return asks


RULES: Sequence[Rule] = rules_in(__file__, globals())
