"""How many, which, what of each, and whether."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, applied_all
from adapters.planners.reader.grammar.asked import COUNTED, LISTED, Asked, asked, is_named, is_one
from adapters.planners.reader.meaning import (
    ITEM,
    Field,
    Filter,
    Noun,
    Period,
    at_time,
    field_for,
    filtered,
)
from domain.estate.fields import FieldType
from domain.query.fields import CLOCK_FIELDS
from domain.query.model import CountWant, DistributionWant, FieldWant
from domain.query.sets import FieldCondition, SetKind

_BARE, _UNSAID, _LOOSE, _KNOWN, _TRUTH = 1.0, 0.5, 3.0, 1.0, 1.0


def _count(noun: Noun) -> Asked | Costly:
    found = asked(COUNTED, noun)
    return found if noun.is_headed else Costly(found, _UNSAID)


def _how_much(noun: Noun) -> Asked | Costly | None:
    """Return "how much work": items are not counted so, it asks for what they hold."""
    return None if noun.kind is ITEM else _count(noun)


def _list(noun: Noun) -> Asked | Costly:
    return asked(LISTED, noun)


def _bare(noun: Noun) -> Asked:
    return Asked(LISTED, (noun,), is_bare=True)


def _distinct(field: Field, noun: Noun) -> Asked | None:
    name = field_for(noun, field) if not is_one(noun) else None
    if field.type is FieldType.NUMBER and field.name.startswith("attributes."):
        return None
    return asked(CountWant(distinct=name), noun) if name else None


def _how_many_have(field: Field, noun: Noun) -> Asked | Costly | None:
    """Return "how many zones have servers"; of a number it is that number of each."""
    is_number = field.type is FieldType.NUMBER or is_one(noun)
    return _field(field, noun) if is_number else _distinct(field, noun)


def _different(field: Field, noun: Noun) -> Asked | None:
    name = field_for(noun, field) if not is_one(noun) else None
    return asked(CountWant(distinct=name), noun) if name else None


def _kinds_of(field: Field, noun: Noun) -> Asked | Costly | None:
    """Return "which types do the servers have": the different ones, of one item its own."""
    return _field(field, noun) if is_one(noun) else _values_of(field, noun)


def _distinct_by(field: Field, role: tuple[str, str], noun: Noun) -> Asked | None:
    name = _role(role, noun)
    return asked(CountWant(distinct=name), noun) if name and field.kind else None


def _count_whose(
    noun: Noun, by: Filter, role: tuple[str, str], period: Period | None = None
) -> Asked | None:
    found = _whose(noun, by, role)
    timed = at_time(found, period.label) if found and period else found
    return timed and asked(COUNTED, timed)


def _counted_by(
    by: Filter, role: tuple[str, str], period: Period | None = None
) -> Asked | Costly | None:
    """Return "how many did bob approve": of the records that say who did."""
    found = _count_whose(Noun(SetKind(role[0])), by, role, period)
    return found and Costly(found, _BARE)


def _listed_by(
    by: Filter, role: tuple[str, str], period: Period | None = None
) -> Asked | Costly | None:
    found = _counted_by(by, role, period)
    return Costly(_list(found.value.of[0]), found.cost) if isinstance(found, Costly) else None


def _list_whose(noun: Noun, by: Filter, role: tuple[str, str]) -> Asked | None:
    found = _whose(noun, by, role)
    return found and asked(LISTED, found)


def _whose(noun: Noun, by: Filter, role: tuple[str, str]) -> Noun | None:
    only = by.where[0] if len(by.where) == 1 else None
    if not isinstance(only, FieldCondition) or (str(by.kind), only.field) != role:
        return None
    return filtered(noun, by)


def _role(role: tuple[str, str], noun: Noun) -> str | None:
    kind, field = SetKind(role[0]), role[1]
    return field if kind is noun.kind else None


def _field(field: Field, noun: Noun) -> Asked | Costly | None:
    name = field_for(noun, field)
    is_other = field.kind is not noun.kind and not noun.is_one
    if name is None or name in CLOCK_FIELDS or is_other:
        return None
    found = asked(FieldWant(fields=(name,)), noun)
    has_none = field.classes and noun.classes and not {*field.classes} & {*noun.classes}
    if has_none and not noun.is_headed:
        return None
    said = {(each.field, each.op) for each in noun.where if isinstance(each, FieldCondition)}
    known = _KNOWN * ((name, "=") in said and not is_one(noun))
    known += _TRUTH * bool(field.truth and not is_one(noun))
    return Costly(found, _LOOSE * bool(has_none) + known + _UNSAID * (not is_named(noun)))


def _field_there(field: Field) -> Asked | None:
    """Return "what kernel is running": of the items of the one class that has such a thing."""
    is_had = FieldCondition(field=field.name, op="is not", value=None)
    found = Noun(ITEM, (is_had,), classes=field.classes)
    return asked(FieldWant(fields=(field.name,)), found) if len(field.classes) == 1 else None


def _fields(first: Field, second: Field, noun: Noun) -> Asked | None:
    return _all_fields((first, second), noun)


def _some(*fields: Field) -> tuple[Field, ...]:
    return fields


def _others(field: Field, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    return (field, *fields)


def _all_fields(fields: tuple[Field, ...], noun: Noun) -> Asked | None:
    """Return "owner, location and status of srv-1"."""
    names = [field_for(noun, field) for field in fields]
    found = tuple(name for name in names if name)
    return asked(FieldWant(fields=found), noun) if len(found) == len(names) else None


def _with_fields(noun: Noun, first: Field, second: Field | None = None) -> Asked | None:
    """Return "servers with their owners"."""
    return _all_fields((first, second) if second else (first,), noun)


def _values(field: Field) -> Asked | None:
    return asked(DistributionWant(group=(field.name,)), Noun(field.kind))


def _values_of(field: Field, noun: Noun) -> Asked | None:
    name = field_for(noun, field)
    return asked(DistributionWant(group=(name,)), noun) if name else None


def _values_of_own(field: Field, noun: Noun) -> Asked | None:
    return _values_of(field, noun) if field.kind is noun.kind else None


def _distinct_values(field: Field) -> Asked:
    return asked(CountWant(distinct=field.name), Noun(field.kind))


def _field_of_value(by: Filter, field: Field, noun: Noun) -> Asked | Costly | None:
    """Return "nginx version on web-01": of the item, if it is of that kind."""
    found = filtered(noun, by)
    return found and _field(field, found)


def _field_in(field: Field, noun: Noun, unit: str) -> Asked | Costly | None:
    """Return "capacity of storage-1 in TB": in the unit that it has."""
    return _field(field, noun) if unit == field.unit else None


def _when(noun: Noun, field: Field | None = None) -> Asked | Costly | None:
    """Return "when was srv-1 created"."""
    created = Field(ITEM, "created_at", FieldType.INSTANT)
    at = field or created
    return _field(at, noun) if at.type is FieldType.INSTANT else None


def _when_of(field: Field, noun: Noun) -> Asked | Costly | None:
    """Return "when does the warranty of pump-1 end"."""
    return _when(noun, field)


def _happened(posts: tuple[Post, ...]) -> Costly | None:
    return _list_there(Noun(SetKind.EVENT), posts)


def _happened_at(period: Period, posts: tuple[Post, ...]) -> Costly | None:
    noun = at_time(Noun(SetKind.EVENT), period.label)
    return _list_there(noun, posts) if noun else None


def _who(role: tuple[str, str], noun: Noun) -> Asked | None:
    name = _role(role, noun)
    return asked(FieldWant(fields=(name,)), noun) if name else None


def _where(noun: Noun) -> Asked | None:
    return asked(FieldWant(fields=("location",)), noun) if noun.kind is ITEM else None


def _overview(noun: Noun) -> Asked | None:
    return asked(LISTED, noun) if is_one(noun) else None


def _count_so(noun: Noun, said: Post, posts: tuple[Post, ...] | None = None) -> Costly | None:
    """Return "how many servers hosting apps were rebooted": which the servers were."""
    return _count_there(noun, (said, *(posts or ())))


def _list_so(noun: Noun, said: Post, posts: tuple[Post, ...] | None = None) -> Costly | None:
    return _list_there(noun, (said, *(posts or ())))


def _bare_so(noun: Noun, said: Post) -> Costly | None:
    return _bare_there(noun, (said,))


def _bare_there(noun: Noun, posts: tuple[Post, ...]) -> Costly | None:
    found = applied_all(noun, posts)
    return found and Costly(_bare(found.value), found.cost)


def _count_there(noun: Noun, posts: tuple[Post, ...]) -> Costly | None:
    """Return "how many events happened on srv-1 yesterday"."""
    found = applied_all(noun, posts)
    return found and Costly(asked(COUNTED, found.value), found.cost)


def _list_there(noun: Noun, posts: tuple[Post, ...]) -> Costly | None:
    found = applied_all(noun, posts)
    return found and Costly(asked(LISTED, found.value), found.cost)


RULES: Sequence[Rule] = rules_in(__file__, globals())
