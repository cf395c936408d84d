"""What is said of a set: that it has, is, was, lies somewhere, is related to something."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import (
    Place,
    Post,
    as_filter,
    opposite,
    relations,
)
from adapters.planners.reader.meaning import (
    ITEM,
    Amount,
    Compared,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    equals,
    excludes,
    ordered,
)
from adapters.planners.reader.times import EVER
from domain.estate.fields import FieldType
from domain.query.fields import OF_ITEMS
from domain.query.sets import (
    NONE,
    AnyOf,
    Condition,
    Count,
    During,
    FieldCondition,
    Function,
    Has,
    Measure,
    Measured,
    Related,
    SetKind,
)

Said = tuple[tuple[str, ...] | None, str]

RECENT = "last_24h"
_BARE, _ITEMS, _PLACE, _HEADLESS, _UNSAID, _ANY_RELATION = 0.3, 1.0, 0.1, 1.5, 0.1, 2.0
_MEMBERS = relations(None, "either")


def _same(post: Post) -> Post:
    return post


def _no_class(by: Filter) -> Filter | None:
    """Return what an item can have: "with a database" says no class of its own."""
    return None if by.is_class else by


def _all_of(post: Post) -> tuple[Post, ...]:
    return (post,)


def _posts(post: Post, others: tuple[Post, ...]) -> tuple[Post, ...]:
    return (post, *others)


def _valued(by: Filter) -> Filter | None:
    """Return "that run postgres", "written in go": a value that an attribute has."""
    is_value = all(
        isinstance(each, FieldCondition) and each.field.startswith(("attributes.", "tags."))
        for each in by.where
    )
    return by if is_value and by.kind is ITEM else None


def _in_so_many(compared: Compared, items: Noun) -> Filter | None:
    """Return "on more than 2 hosts"."""
    return _related_compared((None, "either"), compared, items)


def _related_to(said: Said, count: Count, items: Noun) -> Filter | None:
    if items.kind is not ITEM:
        return None
    found = Related(related=relations(*said), to=items.members(), count=count)
    return Filter(ITEM, (found,))


def _related_compared(
    said: Said, compared: Compared, items: Noun
) -> Filter | None:
    if compared.amount.unit:
        return None
    return _related_to(said, Count(op=compared.op, value=compared.amount.number), items)


def _related_number(
    said: Said, number: float, items: Noun
) -> Filter | None:
    return _related_to(said, Count(op="=", value=number), items)


def _related_none(said: Said, items: Noun) -> Filter | None:
    return _related_to(said, NONE, items)


def _other_end(
    items: Noun, said: Said
) -> Place | Costly | None:
    """Return "that srv-1 uses": the relation leads from the items that are named."""
    return _related((said[0], _OTHER_WAY[said[1]]), items)


def _exactly_so(compared: Compared) -> Compared:
    return compared


_OTHER_WAY = {"out": "in", "in": "out", "either": "either"}


def _many_others(compared: Compared, items: Noun, said: Said) -> Filter | None:
    return _related_compared((said[0], _OTHER_WAY[said[1]]), compared, items)


def _so_many_others(number: float, items: Noun, said: Said) -> Filter | None:
    return _related_number((said[0], _OTHER_WAY[said[1]]), number, items)


def _no_others(items: Noun, said: Said) -> Filter | None:
    return _related_none((said[0], _OTHER_WAY[said[1]]), items)


def _lasting(compared: Compared, kind: SetKind) -> Filter | None:
    minutes = {"s": 1 / 60, "min": 1, "h": 60, "d": 1440}.get(compared.amount.unit)
    if minutes is None:
        return None
    number = compared.amount.number * minutes
    over = FieldCondition(field="duration_min", op=compared.op, value=number)
    return Filter(kind, (over,))


def _work_lasting(compared: Compared) -> Filter | None:
    return _lasting(compared, SetKind.WORK)


def _maintenance_lasting(compared: Compared) -> Filter | None:
    return _lasting(compared, SetKind.MAINTENANCE)


def _exactly(amount: Amount) -> Compared:
    return Compared("=", amount)


def _time(period: Period) -> Filter:
    return Filter(None, (), period.label)


def _later(period: Period) -> Period:
    return period


def _so_long(period: Period, amount: Amount) -> Period | None:
    """Return "last day (24h)", where both say the same."""
    minutes = {"min": 1, "h": 60, "d": 1440}.get(amount.unit, 0) * amount.number
    return period if period.end - period.start == timedelta(minutes=minutes) else None


def _place(items: Noun) -> Place | None:
    is_meant = items.kind is ITEM and (items.is_headed or items.is_one)
    return Place(items) if is_meant else None


def _has(noun: Noun, count: Count | None = None) -> Filter | Costly | None:
    """Return that items have such records, or such items with them."""
    counted: Condition
    if noun.kind in OF_ITEMS:
        if noun.of is not None:
            return None
        has = noun.members()
        counted = Has(has=has) if count is None else Has(has=has, count=count)
        return Filter(ITEM, (counted,))
    if noun.kind is not ITEM:
        return None
    to = noun.members()
    counted = Related(related=_MEMBERS, to=to)
    if count is not None:
        counted = Related(related=_MEMBERS, to=to, count=count)
    return Costly(Filter(ITEM, (counted,)), _ITEMS)


def _has_so_many(compared: Compared, noun: Noun) -> Filter | Costly | None:
    if compared.amount.unit or compared.op not in ("<", "<=", ">", ">=", "=", "!="):
        return None
    return _has(noun, Count(op=compared.op, value=compared.amount.number))


def _has_number(number: float, noun: Noun) -> Filter | Costly | None:
    return _has(noun, Count(op="=", value=number))


def _has_none(noun: Noun) -> Filter | Costly | None:
    return _has(noun, NONE)


def _lacks(field: Field) -> Filter:
    null = FieldCondition(field=field.name, op="is", value=None)
    return Filter(field.kind, (null,))


def _has_field(field: Field) -> Filter | None:
    return Filter(field.kind, (FieldCondition(field=field.name, op="is not", value=None),))


def _lacks_metric(metric: str) -> Filter:
    return Filter(ITEM, (Has(has=_points(metric).members(), count=NONE),))


def _has_metric(metric: str) -> Filter:
    return Filter(ITEM, (Has(has=_points(metric).members()),))


def _points(metric: str) -> Noun:
    return Noun(SetKind.POINT, (equals("metric", metric),))


def _metric_compared(
    metric: str, compared: Compared, period: Period | None = None
) -> Filter | None:
    """Return "with cpu above 80 %": the mean of each item, in the last day where no time is said."""
    if compared.amount.unit not in ("", "%", "c"):
        return None
    points = at_time(_points(metric), period.label if period else RECENT)
    of = points and points.members()
    measure = Measure(function=Function.AVG, field="value", of=of)
    over = Measured.model_validate(
        {"measure": measure, "op": compared.op, "value": compared.amount.number}
    )
    return Filter(ITEM, (over,))


def _function_compared(
    function: str, metric: str, compared: Compared, period: Period | None = None
) -> Filter | None:
    found = _metric_compared(metric, compared, period)
    if found is None or function == "sum":
        return None
    over = found.where[0]
    measure = over.measure.model_copy(update={"function": Function(function)})  # type: ignore[union-attr]  # just made
    return Filter(ITEM, (over.model_copy(update={"measure": measure}),))


def _under_way(at: datetime) -> Filter:
    return Filter(SetKind.WORK, (During(during=at),))


def _maintained(at: datetime) -> Filter:
    return Filter(SetKind.MAINTENANCE, (During(during=at),))


def _told(text: str) -> Noun:
    """Return what happened as the events that tell of it."""
    says = FieldCondition(field="message", op="contains", value=text)
    return Noun(SetKind.EVENT, (says,))


def _done(done: Noun, time: Period | None = None) -> Filter | Costly | None:
    timed = at_time(done, time.label) if time else done
    return timed and _has(timed)


def _never_done(done: Noun, time: Period | None = None) -> Filter | Costly | None:
    timed = at_time(done, time.label) if time else done
    return timed and _has(timed, NONE)


def _related(
    said: Said, items: Noun
) -> Place | Costly | None:
    if items.kind is not ITEM:
        return None
    found = Place(items, relations(*said))
    return found if items.is_headed else Costly(found, _HEADLESS)


def by_whom(role: tuple[str, str], person: Filter) -> Filter | None:
    """Return the filter for records of a person in a role."""
    only = person.where[0] if len(person.where) == 1 else None
    if not isinstance(only, FieldCondition) or (str(person.kind), only.field) != role:
        return None
    return person


def _dated(field: Field, period: Period) -> Filter | None:
    """Return "created before 2024" as a condition of instants."""
    if field.type is not FieldType.INSTANT:
        return None
    low = FieldCondition(field=field.name, op=">=", value=_instant(period.start))
    high = FieldCondition(field=field.name, op="<", value=_instant(period.end))
    is_open = period.label.startswith(EVER)
    return Filter(field.kind, (high,) if is_open else ordered((low, high)))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _and(first: Post, second: Post) -> Filter | None:
    one, other = as_filter(first), as_filter(second)
    if one is None or other is None or None in (one.kind, other.kind):
        return None
    if one.kind is not other.kind or excludes(one.where, other.where):
        return None
    return Filter(one.kind, ordered((*one.where, *other.where)), one.time or other.time)


def _or(first: Post, second: Post) -> Filter | None:
    one, other = as_filter(first), as_filter(second)
    if one is None or other is None or one.kind is not other.kind or one.time or other.time:
        return None
    if len(one.where) != 1 or len(other.where) != 1:
        return None
    return Filter(one.kind, (AnyOf(any=(*one.where, *other.where)),))


def _neither(first: Post, second: Post) -> Filter | None:
    one, other = opposite(first), opposite(second)
    return _and(one, other) if one and other else None


def _except(noun: Noun) -> Filter | None:
    """Return "except those of erp", "except databases": what has not those conditions."""
    if noun.of is not None or noun.time is not None or not noun.where:
        return None
    found = opposite(Filter(noun.kind, noun.where))
    return found if isinstance(found, Filter) else None


def _except_those(post: Post) -> Post | None:
    return opposite(post)


RULES: Sequence[Rule] = rules_in(__file__, globals())
