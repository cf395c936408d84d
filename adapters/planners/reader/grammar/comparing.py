"""Two things side by side: which is more, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Place, Post, applied
from adapters.planners.reader.grammar.asked import COUNTED, LISTED, Asked, asked, is_one
from adapters.planners.reader.grammar.measures import Figures
from adapters.planners.reader.grammar.quantities import Quantity
from adapters.planners.reader.meaning import (
    ITEM,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    filtered,
    having,
    of_items,
    ordered,
)
from adapters.planners.reader.ranges import following
from domain.query.model import Claim, MeasureWant, TopWant
from domain.query.sets import FieldCondition, Function

_LATE, _NAMED = 0.2, 0.4


@final
@dataclass(frozen=True, slots=True)
class Pair:
    """Two sets of one kind."""

    first: Noun
    second: Noun


def pair_of(first: Noun, second: Noun) -> Pair | None:
    """Return two sets; what is said of the second alone, such as a time, is said of both."""
    is_like = first.is_headed is second.is_headed and first.is_one is second.is_one
    if first.kind is not second.kind or first == second or not is_like:
        return None
    if second.time and not first.time:
        first = replace(first, time=second.time)
    first = _there_too(first, second)
    return Pair(first, second)


def _there_too(first: Noun, second: Noun) -> Noun:
    """Return "servers and databases in zone-a", "alarms and leaks in zone-a": both are there."""
    if first.of is None and second.of is not None:
        there = replace(first, of=second.of)
    else:
        places = [each for each in second.where if getattr(each, "field", "") == "location"]
        is_other = {*first.classes}.isdisjoint(second.classes) and first.kind is ITEM
        has_one = any(getattr(each, "field", "") == "location" for each in first.where)
        there = having(first, *places) if is_other and not has_one else first
    return first if there == second else there


def _as_first(first: Noun, second: Noun) -> Noun | None:
    """Return "servers of production and staging": servers both, with other values."""
    fields = {each.field for each in second.where if isinstance(each, FieldCondition)}
    kept = tuple(
        each
        for each in first.where
        if not isinstance(each, FieldCondition) or each.field not in fields
    )
    is_other = len(kept) < len(first.where) and len(fields) == len(second.where)
    return replace(first, where=ordered((*kept, *second.where))) if is_other else None


def _times(noun: Noun, one: Period, other: Period) -> Pair | None:
    return both_of(at_time(noun, one.label), at_time(noun, other.label))


def posts(noun: Noun, one: Post, other: Post) -> Pair | None:
    """Return the two sets of a noun with what is said behind it of each."""
    return both_of(_applied(noun, one), _applied(noun, other))


def _applied(noun: Noun, post: Post) -> Noun | None:
    """Return the noun with what is said behind it, at no cost."""
    found = applied(noun, post)
    return found.value if isinstance(found, Costly) else found


def both_of(first: Noun | None, second: Noun | None) -> Pair | None:
    """Return two sets that differ."""
    return Pair(first, second) if first and second and first != second else None


def _values_before(one: Filter, other: Filter, noun: Noun) -> Pair | None:
    return both_of(filtered(noun, one), filtered(noun, other))


def _like_values(one: Filter, other: Filter, noun: Noun) -> Pair | None:
    return _values_before(one, other, noun) if _is_alike(one, other) else None


def _like_posts(noun: Noun, one: Post, other: Post) -> Pair | None:
    return posts(noun, one, other) if _is_alike(one, other) else None


def _is_alike(one: Post, other: Post) -> bool:
    """Return whether two things can be told apart by both: they are values of one field."""
    if not isinstance(one, Filter) or not isinstance(other, Filter):
        return isinstance(one, Place) and isinstance(other, Place)
    values = [each for by in (one, other) for each in by.where if isinstance(each, FieldCondition)]
    is_each_one = len(values) == len(one.where) + len(other.where) == 2  # noqa: PLR2004
    return is_each_one and values[0].field == values[1].field and values[0].op == "="


def _timed(pair: Pair, period: Period) -> Pair | None:
    return both_of(at_time(pair.first, period.label), at_time(pair.second, period.label))


def _restricted(pair: Pair, post: Post) -> Costly | None:
    found = both_of(_applied(pair.first, post), _applied(pair.second, post))
    return found and Costly(found, _LATE)


def counts(pair: Pair) -> Asked:
    """Return how many there are of each, of two items what they are."""
    return asked(LISTED if is_one(pair.first) else COUNTED, pair.first, pair.second)


def _measured(quantity: Quantity, one: Noun, other: Noun) -> Asked | Costly | None:
    """Return "cpu of srv-1 and srv-2"; "events on srv-1 and srv-2" are no numbers."""
    return None if quantity.is_of_records else of_quantity(quantity, one, other)


def of_quantity(quantity: Quantity, one: Noun, other: Noun) -> Asked | Costly | None:
    """Return "event counts of erp and mes", "cpu of X and Y"; of sets, the sum and the mean."""
    if quantity.field and not quantity.functions and not one.is_one:
        quantity = replace(quantity, functions=(Function.SUM, Function.AVG))
    found = [quantity.within(noun) for noun in (one, other)]
    if None in found or one == other or one.is_one is not other.is_one:
        return None
    nouns, measures = zip(*(each for each in found if each), strict=True)
    if quantity.is_of_records:  # of records, what belongs to both is meant before these two items
        return Costly(asked(COUNTED, *nouns), _NAMED if one.is_one else 0.0)
    return asked(MeasureWant(measures=measures[0]), *nouns)


def _quantities_of(quantity: Quantity, pair: Pair) -> Asked | Costly | None:
    return of_quantity(quantity, pair.first, pair.second)


def _quantities_at(quantity: Quantity, pair: Pair, period: Period) -> Asked | Costly | None:
    return of_quantity(_at(quantity, period), pair.first, pair.second)


def _at(quantity: Quantity, period: Period) -> Quantity:
    records = quantity.records and at_time(quantity.records, period.label)
    return replace(quantity, records=records)


def _of_times(found: Figures, one: Period, other: Period) -> Asked | None:
    asks = [replace(found, quantity=_at(found.quantity, each)).asked() for each in (one, other)]
    if asks[0] is None or asks[1] is None or found.quantity.records is None:
        return None
    return replace(asks[0], of=(*asks[0].of, *asks[1].of))


def side(by: Filter | Noun) -> Noun | None:
    """Return the items of a side."""
    if isinstance(by, Noun):
        return by if by.kind is ITEM else None
    return Noun(ITEM, by.where, is_headed=False) if by.kind is ITEM and by.where else None


def _has_more(one: Filter | Noun, noun: Noun, other: Filter | Noun) -> Asked | None:
    return _claimed(one, noun, other, ">")


def _has_fewer(one: Filter | Noun, noun: Noun, other: Filter | Noun) -> Asked | None:
    return _claimed(one, noun, other, "<")


def _claimed(one: Filter | Noun, noun: Noun, other: Filter | Noun, op: str) -> Asked | None:
    """Return "does zone-a have more events than zone-b"."""
    sets = of_sides(one, noun, other)
    return sets and asked(COUNTED, *sets, claim=Claim.model_validate({"op": op}))


def of_sides(one: Filter | Noun, noun: Noun, other: Filter | Noun) -> tuple[Noun, Noun] | None:
    """Return the members of a set that are of either side."""
    sets = []
    for each in map(_as_filter, (one, other)):
        items = side(each)
        if noun.kind is ITEM and isinstance(each, Filter):
            found = filtered(noun, each)
        elif noun.kind is ITEM and items is not None:
            found = _applied(noun, items)
        else:
            found = of_items(noun, items) if items is not None else None
        sets.append(found)
    if sets[0] is None or sets[1] is None or sets[0] == sets[1]:
        return None
    return sets[0], sets[1]


def _as_filter(by: Filter | Noun) -> Filter | Noun:
    """Return "erp" of "more servers in erp" as a value of servers, not items beside them."""
    is_value = isinstance(by, Noun) and not by.is_headed and not is_one(by) and by.of is None
    return Filter(ITEM, by.where, None, by.classes) if is_value and isinstance(by, Noun) else by


def _which_more(one: Filter | Noun, other: Filter | Noun, noun: Noun) -> Asked | None:
    """Return "erp or mes, which had more alarms": both counts."""
    sets = of_sides(one, noun, other)
    return sets and asked(COUNTED, *sets)


def _which_larger(items: Noun, of: Quantity | Field) -> Asked | None:
    """Return "which of srv-1 and srv-2 has more memory", "... more alarms"."""
    quantity = Quantity(field=of) if isinstance(of, Field) else of
    own = replace(quantity, functions=(Function.MAX,)) if quantity.field else quantity
    by = own.of_members(items)
    return asked(TopWant(by=by), items) if by else None


def _more_now(noun: Noun, period: Period) -> Asked | None:
    """Return "more alarms than last week?": the present one against it."""
    found = following(period.label)
    pair = found and both_of(at_time(noun, found), at_time(noun, period.label))
    more = Claim.model_validate({"op": ">"})
    return asked(COUNTED, pair.first, pair.second, claim=more) if pair else None


def _more_there(noun: Noun, one: Post, other: Post) -> Asked | None:
    """Return "are there more events today than yesterday"."""
    pair = posts(noun, one, other)
    claim = Claim.model_validate({"op": ">"})
    return pair and asked(COUNTED, pair.first, pair.second, claim=claim)


def _more_then(noun: Noun, one: Period, other: Period, op: str = ">") -> Asked | None:
    """Return "did we have more audits today than yesterday"."""
    pair = _times(noun, one, other)
    claim = Claim.model_validate({"op": op})
    return pair and asked(COUNTED, pair.first, pair.second, claim=claim)


def _fewer_then(noun: Noun, one: Period, other: Period) -> Asked | None:
    return _more_then(noun, one, other, "<")


RULES: Sequence[Rule] = rules_in(__file__, globals())
