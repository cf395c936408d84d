"""What is asked further of the set that was asked about before: "..., and their owners"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum
from typing import Any, Literal

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied
from adapters.planners.reader.grammar.asked import LISTED, Asked, asked, is_one
from adapters.planners.reader.grammar.ordered import Place
from adapters.planners.reader.grammar.overviews import PER_ITEM, TYPES, whole
from adapters.planners.reader.grammar.quantities import SPANS, points
from adapters.planners.reader.meaning import ITEM, Field, Noun, field_for, having, of_items
from domain.estate.records import RelationType
from domain.query.fields import USUAL_FIELDS
from domain.query.model import DistributionWant, FieldWant, MeasureWant, PathWant, TopWant
from domain.query.sets import Function, Measure, Related, Relations, SetKind

Asks = tuple[Asked, ...]
What = Literal[
    "record",
    "field",
    "metric",
    "health",
    "needs",
    "kinds",
    "commonest",
    "best",
    "related",
    "only",
    "whole",
]

_NEEDED = ("DEPENDS_ON", "RUNS_ON", "DEPLOYED_ON", "USES", "CONNECTED_TO")
_NEAR, _OPEN = 2, ("list", "count", "exists", "field", "measure")
_FIELD, _APART = 1.0, 0.3
_PER_CODE = MeasureWant(
    measures=(Measure(function=Function.AVG, field="value"),), group=("ci_code",)
)


@dataclass(frozen=True, slots=True)
class Later:
    """What is asked of the set before, and of what of it."""

    what: What
    value: Any = None


def _further(first: Asked, laters: tuple[Later, ...]) -> Asks | Costly | None:
    """Return what was asked, and what is asked further of the same set."""
    if first.want.do not in _OPEN or len(first.of) != 1 or first.claim is not None:
        return None
    found: list[Asked] = [first]
    for each in laters:
        asks = _asked(each, first.of[0])
        if asks is None:
            return None
        found += asks
    cost = fsum(_FIELD for each in laters if each.what == "field")
    return Costly(tuple(found), cost)


def _asked(later: Later, noun: Noun) -> Asks | None:
    if later.what == "whole":
        return whole()
    if later.what in ("kinds", "commonest", "best"):
        return _by_kind(later.what, noun)
    if later.what == "field":
        name = field_for(noun, later.value)
        return (asked(FieldWant(fields=(name,)), noun),) if name else None
    if later.what == "only":
        return _only(noun, later.value)
    return _of_items(later, noun) if noun.kind is ITEM else None


def _by_kind(what: What, noun: Noun) -> Asks | None:
    group = TYPES.get(noun.kind)
    if group is None:
        return None
    if what == "kinds":
        return (asked(DistributionWant(group=(group,)), noun),)
    if what == "commonest":
        return (asked(TopWant(group=(group,)), noun),)
    rate = Measure(function=Function.SUCCESS_RATE)
    return (asked(TopWant(n=10, by=rate, group=(group,)), noun),) if noun.kind in SPANS else None


def _only(noun: Noun, post: Post) -> Asks | None:
    found = applied(noun, post)
    found = found.value if isinstance(found, Costly) else found
    return (asked(LISTED, found),) if isinstance(found, Noun) else None


def _of_items(later: Later, noun: Noun) -> Asks | None:
    match later.what:
        case "record":
            return (asked(LISTED, noun),)
        case "metric":
            found = of_items(points(later.value), noun)
            return (asked(_PER_CODE, found),) if found else None
        case "health":
            return (asked(PER_ITEM, Noun(SetKind.POINT, of=noun)),)
        case "needs":
            types = tuple(RelationType(each) for each in _NEEDED)
            along = Relations(types=types, direction="in", hops=_NEAR)
            needed = Related(related=along, to=noun.members())
            return (asked(LISTED, Noun(ITEM, (needed,))),)
        case _:
            around = Related(related=Relations(), to=noun.members())
            return (asked(LISTED, having(later.value, around)),)


def _record() -> Later:
    return Later("record")


def _field(field: Field) -> Later:
    return Later("field", field)


def _metric(metric: str) -> Later:
    return Later("metric", metric)


def _health() -> Later:
    return Later("health")


def _needs() -> Later:
    return Later("needs")


def _kinds() -> Later:
    return Later("kinds")


def _commonest(frequent: str) -> Later | None:
    return Later("commonest") if frequent == "most" else None


def _best() -> Later:
    return Later("best")


def _related(noun: Noun) -> Later | None:
    is_class = noun.kind is ITEM and noun.is_headed and not is_one(noun)
    return Later("related", noun) if is_class else None


def _only_those(post: Post) -> Later:
    return Later("only", post)


def _report() -> Later:
    return Later("whole")


def _one(later: Later) -> tuple[Later, ...]:
    return (later,)


def _more(later: Later, others: tuple[Later, ...]) -> tuple[Later, ...]:
    return (later, *others)


def _kinds_of(noun: Noun) -> Asked | None:
    group = TYPES.get(noun.kind)
    return asked(DistributionWant(group=(group,)), noun) if group else None


def _best_kind(noun: Noun, order: str) -> Asked | None:
    """Return "which kind of maintenance has the highest success rate"."""
    group = TYPES.get(noun.kind) if noun.kind in SPANS else None
    rate = Measure(function=Function.SUCCESS_RATE)
    want = group and TopWant(by=rate, group=(group,), ascending=order == "least")
    return asked(want, noun) if want else None


def _own_field(noun: Noun, field: Field) -> Field | None:
    """Return "CI names": a field with the noun for its kind before it."""
    is_plain = not noun.where and noun.of is None and noun.time is None
    return field if is_plain and noun.kind is field.kind else None


def _record_of(noun: Noun) -> Asked | None:
    return asked(LISTED, noun) if is_one(noun) else None


def _record_beside(_field: Field, noun: Noun) -> Asked | None:
    return _record_of(noun)


def _both(first: Asked, noun: Noun) -> Asks | None:
    """Return "... together with the record of X"."""
    return (first, asked(LISTED, noun)) if is_one(noun) else None


def _of_class(_noun: Noun, of: Noun) -> Noun | Costly | None:
    """Return "servers of type database": what has this type."""
    is_class = of.kind is ITEM and bool(of.classes) and not is_one(of)
    note = "what is of the type named last is meant"
    return Costly(of, _APART, (note,)) if is_class and _noun.kind is ITEM else None


def _place_and_field(items: Noun, place: Place, field: Field) -> Asks | None:
    """Return "which CI had the latest event and what is its state": of the item of that event."""
    name = field_for(place.noun, field)
    noun = place.noun if not items.where else of_items(place.noun, items)
    if name is None or noun is None or items.kind is not ITEM or noun.kind is ITEM:
        return None
    shown = (*USUAL_FIELDS[noun.kind][:3], name)
    return (replace(place, noun=noun).with_fields(*shown),)


def _done_as(done: Noun, record: str) -> Noun | None:
    """Return "rebooted in maintenance"."""
    return done if done.kind is SetKind(record) else None


def _path(source: Noun, target: Noun) -> Asked | None:
    """Return "is app-1 connected to storage-1": over whatever lies between."""
    is_two = is_one(source) and is_one(target) and source != target
    return asked(PathWant(to=target.members()), source) if is_two else None


def _path_to(source: Noun, target: Noun) -> Asked | None:
    """Return the path to one of a class: which one has to be said."""
    is_class = target.kind is ITEM and target.is_headed and not is_one(target)
    return asked(PathWant(to=target.members()), source) if is_class and is_one(source) else None


def _word() -> bool:
    return True


RULES: Sequence[Rule] = rules_in(__file__, globals())
