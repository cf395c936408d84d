"""Figures of a set: measures, groups, buckets of time, shares."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import applied
from adapters.planners.reader.grammar.asked import Asked, asked, is_one
from adapters.planners.reader.grammar.conditions import field_named
from adapters.planners.reader.grammar.ordered import extreme_field
from adapters.planners.reader.grammar.quantities import Quantity, points
from adapters.planners.reader.meaning import (
    ITEM,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    field_for,
    of_items,
)
from domain.query.model import DistributionWant, MeasureWant
from domain.query.sets import FieldCondition, Function

_UNSAID, _CLASS, _WHOLE = 0.5, 0.5, 0.5
_MEAN = Function.AVG
_SAID = ("=", "in")
"""What is said of no noun names its items: cpu of erp."""


@final
@dataclass(frozen=True, slots=True)
class Figures:
    """A quantity of a set, over all of it or per group."""

    noun: Noun
    quantity: Quantity
    group: tuple[str, ...] = ()

    def asked(self) -> Asked | None:
        """Return what is asked."""
        found = self.quantity.within(self.noun)
        if found is None:
            return None
        noun, measures = found
        return asked(MeasureWant(measures=measures, group=self.group), noun)


def _of(quantity: Quantity, noun: Noun) -> Figures | None:
    is_rate = quantity.function is Function.SUCCESS_RATE
    is_count = quantity.is_of_records and not is_rate
    if is_count or not (quantity.functions or quantity.is_of_points):
        return None
    if quantity.field is not None and is_one(noun):
        return None
    if not noun.is_headed and any(getattr(each, "op", "=") not in _SAID for each in noun.where):
        return None
    found = Figures(noun, quantity)
    return found if quantity.within(noun) else None


def figures(quantity: Quantity, noun: Noun, period: Period | None = None) -> Asked | None:
    """Return a quantity of a set in a time."""
    found = _of(quantity, noun)
    timed = timed_figures(found, period) if found and period else found
    return timed and timed.asked()


def _alone(quantity: Quantity) -> Figures | Costly | None:
    """Return "average duration per work type", "success rate of maintenance": of all there are."""
    if not (quantity.functions or quantity.is_of_points):
        return None
    if quantity.is_of_records:
        whole = Figures(Noun(ITEM, is_headed=False), quantity)
        return Costly(whole, _UNSAID) if quantity.function is Function.SUCCESS_RATE else None
    noun = Noun(quantity.field.kind if quantity.field else ITEM, is_headed=False)
    return Costly(Figures(noun, quantity), _WHOLE)


def _records_of(found: Figures, noun: Noun) -> Figures | None:
    own = found.noun
    if own.is_headed and own.kind is not ITEM and noun.kind is ITEM and own.of is None:
        placed = of_items(own, noun)
        return placed and replace(found, noun=placed)
    is_whole = not (own.is_headed or own.where) and noun.kind is own.kind
    return replace(found, noun=noun) if is_whole else None


def timed_figures(found: Figures, period: Period) -> Figures | None:
    """Return the figures of records, or of items, of the time; None if they have none."""
    if (records := found.quantity.records) is not None:
        timed = at_time(records, period.label)
        return timed and replace(found, quantity=replace(found.quantity, records=timed))
    noun = at_time(found.noun, period.label)
    return noun and replace(found, noun=noun)


def _grouped(found: Figures, group: tuple[Field | Noun, ...]) -> Figures | Costly | None:
    if found.group:
        return None
    made = in_groups(found, records := found.quantity.records or found.noun, group)
    return made and Costly(made, _CLASS if is_far(records, group) else 0.0)


def is_far(noun: Noun, group: tuple[Field | Noun, ...]) -> bool:
    """Return whether a group is by what the records do not have themselves, but their items."""
    return any(isinstance(by, Field) and by.kind is not noun.kind for by in group)


def in_groups(found: Figures, records: Noun, group: tuple[Field | Noun, ...]) -> Figures | None:
    """Return the figures by groups of records; None where these have no such fields."""
    names = names_of(records, group)
    if names is None:
        return None
    noun, fields = names
    if found.quantity.records is not None:
        return replace(found, quantity=replace(found.quantity, records=noun), group=fields)
    return replace(found, noun=noun, group=fields)


def _figures(found: Figures) -> Asked | None:
    return found.asked()


def _aggregated_last(found: Figures, functions: tuple[Function, ...]) -> Figures | None:
    """Return "cpu of srv-1, last 24h avg"."""
    by = found.quantity
    is_bare = by.is_of_points and not by.functions
    return replace(found, quantity=replace(by, functions=functions)) if is_bare else None


def _used(quantity: Quantity, noun: Noun, period: Period | None = None) -> Asked | None:
    """Return "how much memory does srv-1 use": what it uses, not what it has."""
    return figures(quantity, noun, period) if quantity.is_of_points else None


# Groups and buckets of records


def _one(by: Field | Noun) -> tuple[Field | Noun, ...]:
    return (by,)


def _same(group: tuple[Field | Noun, ...]) -> tuple[Field | Noun, ...]:
    return group


def _two(first: Field | Noun, second: Field | Noun) -> tuple[Field | Noun, ...] | None:
    """Return two groups; no records have fields of two kinds, but for those of their items."""
    kinds = {by.kind for by in (first, second) if isinstance(by, Field)} - {ITEM}
    return (first, second) if len(kinds) <= 1 else None


def names_of(noun: Noun, group: tuple[Field | Noun, ...]) -> tuple[Noun, tuple[str, ...]] | None:
    """Return the fields of groups; of those by items of a class, the records of these only."""
    names: list[str] = []
    for by in group:
        if isinstance(by, Field):
            name = field_for(noun, by)
        else:
            of = applied(noun, by) if noun.kind is not ITEM and by.kind is ITEM else None
            name = "item.ci_code" if isinstance(of, Noun) else None
            noun = of if isinstance(of, Noun) else noun
        if name is None:
            return None
        names.append(name)
    return noun, tuple(names)


def _distribution(noun: Noun, group: tuple[Field | Noun, ...]) -> Asked | Costly | None:
    found = names_of(noun, group)
    if found is None or is_one(noun):
        return None
    asks = asked(DistributionWant(group=found[1]), found[0])
    far = [by for by in group if is_far(noun, (by,))]
    return Costly(asks, _CLASS * len(far)) if far else asks


def _distribution_at(
    noun: Noun, group: tuple[Field | Noun, ...], period: Period
) -> Asked | Costly | None:
    timed = at_time(noun, period.label)
    return _distribution(timed, group) if timed else None


def _aggregated(functions: tuple[Function, ...], noun: Noun, field: Field) -> Figures | None:
    """Return "average maintenance duration"."""
    return _of(Quantity(functions, field), noun) if field_for(noun, field) else None


def _own(functions: tuple[Function, ...], field: Field, noun: Noun) -> Figures | None:
    """Return "average number of cores per server": of all servers."""
    is_own = field.kind is noun.kind is ITEM and not is_one(noun)
    return Figures(noun, Quantity(functions, field)) if is_own else None


def _in_place(quantity: Quantity, by: Filter) -> Figures | None:
    """Return "cpu of erp": of all that has the value, not of the item that is called so."""
    is_value = by.kind is ITEM and bool(by.where) and not by.is_class
    found = _of(quantity, Noun(ITEM, by.where, is_headed=False)) if is_value else None
    only = by.where[0] if len(by.where) == 1 else None
    is_each = isinstance(only, FieldCondition) and only.op == "in"
    if found is None or not isinstance(only, FieldCondition) or not is_each:
        return found
    return replace(found, group=(f"item.{only.field}",)) if quantity.is_of_points else found


def _records_in(found: Figures, by: Filter) -> Figures | None:
    """Return "peak cpu yesterday in erp"."""
    is_value = by.kind is ITEM and bool(by.where) and not by.is_class
    return _records_of(found, Noun(ITEM, by.where, is_headed=False)) if is_value else None


def _took(noun: Noun, functions: tuple[Function, ...]) -> Figures | None:
    """Return "how long did maintenance take on average"."""
    by = extreme_field("duration_min", noun)
    field = field_named((str(noun.kind), by)) if by else None
    return _of(Quantity(functions, field), noun) if field else None


def spent(noun: Noun) -> Figures | None:
    """Return "minutes spent on patches"."""
    return _took(noun, (Function.SUM,))


def _distribution_alone(group: tuple[Field | Noun, ...]) -> Asked | Costly | None:
    """Return "distribution of event types": of all records of that kind."""
    kinds = {by.kind for by in group if isinstance(by, Field)}
    return _distribution(Noun(kinds.pop()), group) if len(kinds) == 1 else None


def _adjectival(metric: str, noun: Noun) -> Figures | None:
    """Return "how hot is srv-1"."""
    return _of(Quantity(records=points(metric)), noun)


def _climbed(metric: str, noun: Noun) -> Figures | None:
    """Return "how hot did srv-1 get"."""
    return _of(Quantity((Function.MAX,), records=points(metric)), noun)


def _in_role(noun: Noun, field: Field, role: tuple[str, str]) -> Asked | Costly | None:
    """Return "how many servers does each team own"."""
    return _distribution(noun, (field,)) if role == (str(noun.kind), field.name) else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
