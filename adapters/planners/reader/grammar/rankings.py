"""The most and the least: members or groups with the highest measure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post
from adapters.planners.reader.grammar.asked import Asked, asked
from adapters.planners.reader.grammar.quantities import Quantity, points, related_count
from adapters.planners.reader.meaning import (
    ITEM,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    field_for,
    filtered,
    of_items,
)
from domain.estate.fields import FieldType
from domain.query.model import TopWant
from domain.query.sets import COUNT, Function, Measure, SetKind

_CLASS, _LOOSE = 0.7, 1.0
MOST_GROUPS = 100
_FIELD = Function.MAX


@final
@dataclass(frozen=True, slots=True)
class Ranked:
    """Members of a set, or groups of them, by a quantity."""

    noun: Noun
    by: Quantity | None
    group: tuple[str, ...] = ()
    n: int = 1
    ascending: bool = False
    only_last: bool = False

    def asked(self) -> Asked | None:
        """Return what is asked."""
        by = _measure(self)
        if by is None:
            return None
        want = TopWant(n=self.n, by=by, group=self.group, ascending=self.ascending)
        return asked(want.model_copy(update={"only_last": self.only_last}), self.noun)


def _measure(ranked: Ranked) -> Measure | None:
    if ranked.by is None:
        return COUNT
    if not ranked.group:
        return ranked.by.of_members(ranked.noun)
    name = ranked.by.field and field_for(ranked.noun, ranked.by.field)
    if ranked.by.records is not None:
        value = "value" if ranked.by.is_of_points else None
        return Measure(function=ranked.by.function, field=value)
    return Measure(function=ranked.by.function, field=name) if name else None


def is_least(order: str) -> bool:
    """Return whether the lowest come first."""
    return order == "least"


def members(noun: Noun, order: str, by: Quantity) -> Costly | None:
    """Return "servers with the most events", "server that used the most memory"."""
    is_items = noun.kind is ITEM and not noun.is_one and noun.is_headed
    if not is_items or by.of_members(noun) is None:
        return None
    return Costly(Ranked(noun, by, ascending=is_least(order)), _CLASS)


def of_field(noun: Noun, order: str, field: Field) -> Ranked | None:
    """Return "server with the most memory": of what it has, not of what it uses."""
    is_own = field.kind is noun.kind and not noun.is_one and field.type is FieldType.NUMBER
    by = Quantity((_FIELD,), field)
    return Ranked(noun, by, ascending=is_least(order)) if is_own else None


def _of_size(noun: Noun, extreme: tuple[str, bool], field: Field) -> Ranked | None:
    """Return "server with the largest memory"."""
    order = "most" if extreme[1] else "least"
    return of_field(noun, order, field) if extreme[0] in ("size", field.name) else None


def _counted(noun: Noun, group: Noun) -> Asked | Costly | None:
    """Return "apps per server": of each the number of items that are related to it."""
    by = related_count(noun) if group.kind is ITEM and group.is_headed else None
    found = by and members(group, "most", by)
    if not isinstance(found, Costly):
        return None
    return Costly(replace(found.value, n=MOST_GROUPS).asked(), _LOOSE)


def related(noun: Noun, order: str, others: Noun) -> Ranked | Costly | None:
    """Return items ranked by how many others they are related to."""
    by = related_count(others)
    found = by and members(noun, order, by)
    return Costly(found.value, found.cost + _CLASS) if isinstance(found, Costly) else None


def _related_by(
    noun: Noun, relation: tuple[tuple[str, ...] | None, str], order: str, others: Noun
) -> Ranked | Costly | None:
    """Return "server that hosts the most apps"."""
    end = {"in": "source", "out": "target"}.get(relation[1])
    by = related_count(others, end, relation[0])
    return by and members(noun, order, by)


def _using(noun: Noun, order: str, by: Quantity) -> Ranked | Costly | None:
    """Return "server that used the most memory": of what it uses, not of what it has."""
    return members(noun, order, by) if by.is_of_points else None


def groups(field: Field, order: str, noun: Noun) -> Ranked | None:
    """Return "zone with the most servers": the members are counted in groups."""
    name = field_for(noun, field)
    if name is None or noun.kind is SetKind.POINT:
        return None
    return Ranked(noun, None, (name,), ascending=is_least(order))


def _groups_by(field: Field, order: str, by: Quantity) -> Ranked | None:
    """Return "zone with the highest cpu": the records are measured in groups."""
    if by.records is None:
        return None
    name = field_for(by.records, field)
    measured = replace(by, functions=by.functions or (Function.AVG,))
    return Ranked(by.records, measured, (name,), ascending=is_least(order)) if name else None


def _often(noun: Noun, done: Noun, order: str) -> Ranked | Costly | None:
    if done.kind is ITEM:
        return None
    return members(noun, order, Quantity((Function.COUNT,), records=done))


def _listed(noun: Noun, by: Quantity) -> Costly | None:
    return members(noun, "most", by)


def _sorted(noun: Noun, by: Quantity, order: str = "most") -> Costly | None:
    """Return "servers sorted by memory": all of them, the highest first."""
    found = members(noun, order, by)
    return found and found._replace(value=replace(found.value, n=MOST_GROUPS))


def _grouped(field: Field, by: Quantity) -> Ranked | None:
    if by.records is None or by.is_of_points:
        return _groups_by(field, "most", by)
    return groups(field, "most", by.records)


def _metrical(
    extreme: tuple[str, str], of: Noun | Field, by: Quantity | None = None
) -> Ranked | Costly | None:
    """Return "busiest servers", "least loaded servers by cpu", "hottest zone"."""
    order, metric = extreme
    measured = by or Quantity(records=points(metric))
    if isinstance(of, Field):
        return _groups_by(of, order, measured) if of.name != "owner" else None
    return members(of, order, measured) if measured.is_of_points else None


def _noisiest(of: Noun | Field, extreme: tuple[str, bool]) -> Ranked | Costly | None:
    """Return "noisiest servers", "quietest zone": by the number of their events."""
    if extreme[0] != "events":
        return None
    order, events = "most" if extreme[1] else "least", Noun(SetKind.EVENT)
    return groups(of, order, events) if isinstance(of, Field) else _often(of, events, order)


def _lowest(noun: Noun, by: Quantity) -> Costly | None:
    """Return "bottom 5 servers by memory usage"."""
    return members(noun, "least", by)


def _grouped_of(field: Field, noun: Noun) -> Ranked | None:
    """Return "top 3 owners by number of apps"."""
    return groups(field, "most", noun) if noun.kind is ITEM and noun.is_headed else None


def _extreme(extreme: tuple[str, bool], noun: Noun, by: Quantity) -> Ranked | Costly | None:
    """Return "largest servers by memory"."""
    return members(noun, "most" if extreme[1] else "least", by) if by.field else None


def so_many(number: float, ranked: Ranked) -> Ranked | None:
    """Return so many of them."""
    return replace(ranked, n=int(number)) if number == int(number) > 0 and ranked.n == 1 else None


def _timed(ranked: Ranked, period: Period) -> Ranked | None:
    if ranked.by is not None and ranked.by.records is not None and not ranked.group:
        records = at_time(ranked.by.records, period.label)
        return records and replace(ranked, by=replace(ranked.by, records=records))
    noun = at_time(ranked.noun, period.label)
    return noun and replace(ranked, noun=noun)


def _within(ranked: Ranked, by: Post) -> Ranked | None:
    if not isinstance(by, Filter):
        return None
    noun = filtered(ranked.noun, by) if by.kind is ITEM else None
    return noun and replace(ranked, noun=noun)


def _averaged(ranked: Ranked, function: str) -> Ranked | None:
    if ranked.by is None or not ranked.by.is_of_points or ranked.by.functions:
        return None
    return replace(ranked, by=replace(ranked.by, functions=(Function(function),)))


def _with_fields(ranked: Ranked, *fields: str) -> Asked | None:
    """Return the items with the highest measure of their records, and fields of theirs."""
    if ranked.by is None or ranked.by.records is None or ranked.group:
        return None
    records = of_items(ranked.by.records, ranked.noun)
    group = ("item.ci_code", *(f"item.{field}" for field in fields))
    by = ranked.by if ranked.by.is_of_points else None
    return records and replace(ranked, noun=records, by=by, group=group).asked()


def _and_who(ranked: Ranked, role: tuple[str, str]) -> Asked | None:
    return _with_fields(ranked, role[1]) if role[0] == ITEM else None


def _and_field(ranked: Ranked, field: Field) -> Asked | None:
    return _with_fields(ranked, field.name) if field.kind is ITEM else None


def _asked(ranked: Ranked) -> Asked | None:
    return ranked.asked()


def _highest(function: str) -> str | None:
    return {"max": "most", "min": "least"}.get(function)


def _common(order: str) -> str:
    return order


RULES: Sequence[Rule] = rules_in(__file__, globals())
