"""What is compared with an age, or with what another item has: "older than srv-1"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.asked import Asked, asked, is_one
from adapters.planners.reader.grammar.happening import metric_compared
from adapters.planners.reader.grammar.predicates import has, never_done
from adapters.planners.reader.grammar.quantities import points
from adapters.planners.reader.meaning import (
    ITEM,
    Amount,
    Compared,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    field_for,
    of_items,
)
from adapters.planners.reader.ranges import EVER
from adapters.planners.reader.resolved import likened
from domain.estate.fields import FieldType
from domain.query.fields import OF_ITEMS
from domain.query.model import Ask, Claim, CountWant, FieldWant, MeasureWant, NthWant, TopWant
from domain.query.sets import (
    NONE,
    Comparison,
    Count,
    FieldCondition,
    Function,
    Has,
    Measure,
    Measured,
    Set,
    SetKind,
)
from domain.times import in_utc

_RECENT: Final = "last_24h"
_CREATED: Final = Field(ITEM, "created_at", FieldType.INSTANT)
_OTHER_WAY: Final[dict[Comparison, Comparison]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MEAN: Final = Measure(function=Function.AVG, field="value")
_NOTE: Final = "the age is told by when they were created"


def _same(by: Filter) -> Filter:
    return by


def _of_age(op: Comparison, age: Period) -> Costly | None:
    """Return "older than 2 years": created before then."""
    return _dated(_CREATED, op, age, _NOTE)


def _then(op: Comparison, age: Period) -> Filter:
    """Return "older than 20 days", of what happened."""
    instant = _instant(age.start)
    return Filter(None, (), f"{EVER}..{instant}" if op == "<" else age.label)


def _aged(op: Comparison, age: Period) -> Costly | None:
    """Return "more than 2 years old"."""
    return _dated(_CREATED, _OTHER_WAY[op], age, _NOTE) if op in _OTHER_WAY else None


def _dated_back(field: Field, op: Comparison, age: Period) -> Costly | None:
    """Return "created more than 2 years ago"."""
    is_dated = field.type is FieldType.INSTANT and op in _OTHER_WAY
    return _dated(field, _OTHER_WAY[op], age) if is_dated else None


def _dated(field: Field, op: Comparison, age: Period, *notes: str) -> Costly:
    where = FieldCondition(field=field.name, op=op, value=_instant(age.start))
    return Costly(Filter(field.kind, (where,)), 0.0, notes)


def _instant(at: datetime) -> str:
    return in_utc(at).isoformat().replace("+00:00", "Z")


def _created(op: Comparison) -> tuple[Field, Comparison]:
    """Return "older": created before."""
    return _CREATED, op


def _passing(meant: tuple[Field, Comparison], item: Noun) -> Filter | None:
    """Return "heavier than press-1"."""
    return _like(*meant, item)


def _like(field: Field, op: Comparison, item: Noun) -> Filter | None:
    """Return the items of which a field compares so with that of another item."""
    if not is_one(item) or field.kind is not ITEM:
        return None
    ask = Ask(want=FieldWant(fields=(field.name,)), of=(item.members(),))
    condition = FieldCondition(field=field.name, op=op, value="")
    return Filter(ITEM, (likened(condition, op, ask),))


def _more_of(field: Field) -> tuple[Field, Comparison] | None:
    """Return "more memory"."""
    return (field, ">") if field.type is FieldType.NUMBER else None


def _fewer_of(field: Field) -> tuple[Field, Comparison] | None:
    return (field, "<") if field.type is FieldType.NUMBER else None


def _as_item(field: Field, item: Noun) -> Filter | None:
    """Return "in the same zone as srv-1": the others there."""
    found = _like(field, "=", item)
    itself = [each for each in item.where if isinstance(each, FieldCondition)]
    other = [each.model_copy(update={"op": "!="}) for each in itself]
    return found and Filter(ITEM, (*found.where, *other))


def _unlike(others: Filter) -> Filter:
    """Return "not in the same zone as srv-1"."""
    alike = others.where[0]
    return Filter(ITEM, (alike.model_copy(update={"op": "!="}),))


def _metric_than(said: tuple[Comparison, str], item: Noun) -> Filter | None:
    """Return "hotter than srv-1": by the means of the last day."""
    of = at_time(points(said[1]), _RECENT)
    theirs = of and of_items(of, item) if is_one(item) else None
    if of is None or theirs is None:
        return None
    measure = Measure(function=Function.AVG, field="value", of=of.members())
    ask = Ask(want=MeasureWant(measures=(_MEAN,)), of=(theirs.members(),))
    mean = Measured(measure=measure, op=said[0], value=0)
    return Filter(ITEM, (likened(mean, said[0], ask),))


def _more_metric(metric: str, item: Noun) -> Filter | None:
    return _metric_than((">", metric), item)


def _fewer_metric(metric: str, item: Noun) -> Filter | None:
    return _metric_than(("<", metric), item)


def _records(records: Noun, op: Comparison, item: Noun) -> Filter | None:
    """Return "with more alarms than srv-1"."""
    is_counted = (
        records.is_headed and records.kind in OF_ITEMS and records.kind is not SetKind.POINT
    )
    theirs = of_items(records, item) if is_counted and is_one(item) else None
    if theirs is None or records.of is not None:
        return None
    has = Has(has=records.members(), count=Count(op=op, value=0))
    ask = Ask(want=CountWant(), of=(theirs.members(),))
    return Filter(ITEM, (likened(has, op, ask),))


def _more_records(records: Noun, item: Noun, time: Period | None = None) -> Filter | None:
    timed = at_time(records, time.label) if time else records
    return timed and _records(timed, ">", item)


def _fewer_records(records: Noun, item: Noun, time: Period | None = None) -> Filter | None:
    timed = at_time(records, time.label) if time else records
    return timed and _records(timed, "<", item)


def _claimed_metric(one: Noun, said: tuple[Comparison, str], other: Noun) -> Asked | None:
    """Return "is srv-1 hotter than srv-2"."""
    found = [of_items(points(said[1]), each) for each in (one, other) if is_one(each)]
    nouns = [each for each in found if each]
    claim = Claim(op=said[0], value=None)
    return asked(MeasureWant(measures=(_MEAN,)), *nouns, claim=claim) if nouns[1:] else None


def _claimed_passing(one: Noun, meant: tuple[Field, Comparison], other: Noun) -> Asked | None:
    """Return "is srv-1 older than srv-2"."""
    return _claimed(one, *meant, other)


def _claimed(one: Noun, field: Field, op: Comparison, other: Noun) -> Asked | None:
    name = field_for(one, field)
    if name is None or not (is_one(one) and is_one(other)) or one == other:
        return None
    return asked(FieldWant(fields=(name,)), one, other, claim=Claim(op=op, value=None))


def _which_metric(said: tuple[Comparison, str], items: Noun) -> Asked | None:
    """Return "which is hotter, srv-1 or srv-2"."""
    measured: Set | None = points(said[1]).members()
    by = Measure(function=Function.AVG, field="value", of=measured)
    return None if is_one(items) else asked(TopWant(by=by, ascending=said[0] == "<"), items)


def _which_passing(meant: tuple[Field, Comparison], items: Noun) -> Asked | None:
    """Return "which is older, srv-1 or srv-2"."""
    name = meant[0].name
    want = NthWant(by=name, descending=meant[1] == ">", fields=(name,))
    return None if is_one(items) else asked(want, items)


def _claimed_as(one: Noun, field: Field, other: Noun) -> Asked | None:
    """Return "is srv-1 in the same zone as srv-2"."""
    return _claimed(one, field, "=", other)


def _claimed_alike(
    one: Noun, other: Noun, field: Field, again: Field | None = None
) -> Asked | None:
    """Return "are srv-1 and srv-2 in the same zone"."""
    return _claimed(one, field, "=", other) if again in (None, field) else None


def _metric_over(
    said: tuple[Comparison, str], amount: Amount, period: Period | None = None
) -> Filter | None:
    """Return "hotter than 40 degrees"."""
    return metric_compared(said[1], Compared(said[0], amount), period)


def _lapse(op: Comparison | None, age: Period) -> Period | None:
    """Return "for more than 30 days": at least so long."""
    return age if op in (None, ">", ">=") else None


def _unseen(done: Noun, lapse: Period) -> Filter | Costly | None:
    """Return "not patched for 30 days"."""
    return never_done(done, lapse)


def _last_done(done: Noun, op: Comparison, age: Period) -> Filter | Costly | None:
    """Return "last patched more than 30 days ago": at some time, and not since."""
    late, ever = at_time(done, age.label), has(done)
    since = late and has(late, None if op == "<" else NONE)
    if op not in ("<", ">") or not isinstance(since, Filter) or not isinstance(ever, Filter):
        return None
    return since if op == "<" else replace(since, where=(*ever.where, *since.where))


def _not_since(field: Field, lapse: Period) -> Costly | None:
    """Return "not updated for 30 days"."""
    return _dated(field, "<", lapse) if field.type is FieldType.INSTANT else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
