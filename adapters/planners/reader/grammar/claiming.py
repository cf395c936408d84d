"""What is claimed of a part of a set, of a number, of the highest, and of one alone."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Place, Post, applied, relations
from adapters.planners.reader.grammar.asked import COUNTED, EXISTING, Asked, asked, is_one
from adapters.planners.reader.grammar.populated import so_many
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.grammar.rankings import Ranked
from adapters.planners.reader.grammar.shares import share
from adapters.planners.reader.grammar.truths import quantified
from adapters.planners.reader.meaning import ITEM, Compared, Field, Filter, Noun, at_time, having
from adapters.planners.reader.resolved import likened
from domain.query.model import Claim, TopWant
from domain.query.sets import (
    AT_LEAST_ONE,
    Comparison,
    Condition,
    Count,
    FieldCondition,
    Function,
    Has,
    Measure,
    Measured,
)

_TWO = Count(op=">=", value=2)
_HALF, _WHOLE = 0.5, 100
_RECENT = "last_24h"


def _majority() -> Claim:
    """Return "most"."""
    return Claim(op=">", value=_WHOLE * _HALF)


def _part(compared: Compared) -> Claim | None:
    """Return "more than half", "at least 90 percent"."""
    amount = compared.amount
    is_half = amount.number == _HALF and not amount.unit
    percent = amount.number * (_WHOLE if is_half else 1)
    said = {"op": compared.op, "value": percent}
    return Claim.model_validate(said) if is_half or amount.unit == "%" else None


def _part_so(claim: Claim, noun: Noun, post: Post) -> Asked | None:
    """Return "are most servers active"."""
    found = share(noun, post)
    return replace(found, claim=claim) if isinstance(found, Asked) else None


def _number_so(compared: Compared, noun: Noun, post: Post) -> Asked | Costly | None:
    """Return "are more than 5 servers active"."""
    if compared.amount.unit or is_one(noun):
        return None
    found = applied(noun, post)
    cost, made = (found.cost, found.value) if isinstance(found, Costly) else (0.0, found)
    claim = Claim.model_validate({"op": compared.op, "value": compared.amount.number})
    return made and Costly(asked(COUNTED, made, claim=claim), cost)


def _only_related(
    only: Noun, said: tuple[tuple[str, ...] | None, str], other: Noun
) -> Asked | None:
    """Return "does only app-1 depend on db-1"."""
    found = applied(Noun(ITEM), Place(other, relations(*said))) if is_one(other) else None
    return _only(only, found) if isinstance(found, Noun) else None


def _only(only: Noun, noun: Noun) -> Asked | None:
    """Return "is pump-1 the only spare pump": all of these are this one."""
    is_item = only.kind is noun.kind is ITEM and only.is_headed and not is_one(noun)
    return quantified("all", noun, Filter(ITEM, only.where)) if is_item and only.where else None


def _highest(item: Noun, top: Ranked) -> tuple[Asked, Asked] | None:
    """Return "is srv-1 the busiest server": whether, and which is."""
    top = replace(top, by=top.by and recent(top.by))
    of_all = top.asked() if is_one(item) and not is_one(top.noun) else None
    if of_all is None or not isinstance(of_all.want, TopWant) or top.group or top.n > 1:
        return None
    op: Comparison = "<=" if top.ascending else ">="
    at_top = likened(as_high(of_all.want.by, op), op, of_all.ask())
    return asked(EXISTING, having(item, *top.noun.where, at_top)), of_all


def recent(by: Quantity) -> Quantity:
    """Return a metric of the last day, unless another time is said."""
    points = by.records if by.is_of_points else None
    timed = points and not points.time and at_time(points, _RECENT)
    return replace(by, records=timed) if timed else by


def as_high(measure: Measure, op: Comparison) -> Condition:
    """Return that a measure of an item compares so with a value that is looked up."""
    if measure.of is None:
        return FieldCondition(field=measure.field or "", op=op, value=0)
    if measure.function is Function.COUNT:
        return Has(has=measure.of, count=Count(op=op, value=0))
    return Measured(measure=measure, op=op, value=0)


def _any_alike(noun: Noun, field: Field) -> Asked | None:
    """Return "do any two servers have the same ip": a value that two have."""
    found = so_many(field, noun, _TWO)
    return found and found.asked(Claim(op=">", value=0))


def _all_alike(noun: Noun, field: Field) -> Asked | None:
    """Return "do all servers have the same os": what has none has another."""
    found = so_many(field, noun, AT_LEAST_ONE) if noun.kind is ITEM else None
    return found and asked(found.asked().want, noun, claim=Claim(op="=", value=1))


def _alike(noun: Noun, field: Field) -> Asked | None:
    """Return "which servers share an ip": the values that two have."""
    found = so_many(field, noun, _TWO)
    return found and found.asked()


RULES: Sequence[Rule] = rules_in(__file__, globals())
