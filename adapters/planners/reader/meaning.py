"""What the phrases of a question mean: nouns for sets, filters of them, fields, amounts."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, final

from adapters.planners.reader.recurring import parted
from domain.estate.fields import OWN_NAMES, FieldType
from domain.query.fields import CLOCK_FIELDS, CLOCKED, KIND_FIELDS, OF_ITEMS, RECORD_KINDS
from domain.query.sets import (
    AnyOf,
    Condition,
    EveryOf,
    FieldCondition,
    Measured,
    NoneOf,
    Operator,
    Scalar,
    Set,
    SetKind,
)
from domain.query.verdict import OPPOSITE

ITEM: Final = SetKind.ITEM
CLASS_FIELDS: Final = ("ci_subtype", "ci_type", "ci_category")
"""The fields that say classes, the finest first."""
_IN_BOTH: Final = {
    kind: {own: both for both, own in OWN_NAMES[RECORD_KINDS[kind]].items()}
    | {name: name for name in (*KIND_FIELDS[SetKind.WORK_AND_MAINTENANCE], *CLOCK_FIELDS)}
    for kind in (SetKind.WORK, SetKind.MAINTENANCE)
}
"""What the fields of work, and of maintenance, are called in records of both."""


@final
@dataclass(frozen=True, slots=True)
class Noun:
    """A set in the making.

    `is_headed` says that a noun names its kind ("servers", "alarms"), `is_one` that it is one
    named item; `classes` are those that its items are known to have.
    """

    kind: SetKind
    where: tuple[Condition, ...] = ()
    time: str | None = None
    of: "Noun | None" = None
    is_headed: bool = True
    is_one: bool = False
    classes: tuple[str, ...] = ()

    def members(self) -> Set:
        """Return the set."""
        of = self.of.members() if self.of and (self.of.where or self.of.time) else None
        return Set(kind=self.kind, where=self.where, time=self.time, of=of)


@final
@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on records of one kind; with a time only, on those of any kind that has one.

    `classes` are those that meet them, if all are known; `has_field`: named; `is_both`: by "and".
    """

    kind: SetKind | None
    where: tuple[Condition, ...] = ()
    time: str | None = None
    classes: tuple[str, ...] = ()
    has_field: bool = False
    is_both: bool = False

    @property
    def is_class(self) -> bool:
        """Whether it says a class: of items that have one, nothing is of another, too."""
        return any(isinstance(c, FieldCondition) and c.field in CLASS_FIELDS for c in self.where)


@final
@dataclass(frozen=True, slots=True)
class Field:
    """A field of a kind; a truth is also false, or only ever true; a due day is ahead."""

    kind: SetKind
    name: str
    type: FieldType
    unit: str = ""
    classes: tuple[str, ...] = ()
    truth: Literal["also false", "only true"] | None = None
    is_ahead: bool = False


@final
@dataclass(frozen=True, slots=True)
class Period:
    """A time: its label, and from when to when it is; what `is_since` then may be yet to come."""

    label: str
    start: datetime
    end: datetime
    is_future: bool = False
    is_since: bool = False


@final
@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, which is empty where none is said."""

    number: float
    unit: str = ""


@final
@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison with an amount: more than 128 GB."""

    op: Operator
    amount: Amount


def ordered(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return each condition once, in an order that does not depend on that of the words."""
    return tuple(sorted(dict.fromkeys(conditions), key=_rank))


def _rank(condition: Condition) -> tuple[str, str, str]:
    if isinstance(condition, FieldCondition):
        return condition.field, condition.op, str(condition.value)
    return "~", type(condition).__name__, repr(condition)


def having(noun: Noun, *conditions: Condition) -> Noun:
    """Return the noun with further conditions on its own records."""
    return replace(noun, where=ordered((*noun.where, *conditions)))


def _is_other_class(noun: Noun, by: Filter) -> bool:
    """Return whether a filter says a class, or numbers, that no item of this class has."""
    is_apart = noun.classes and by.classes and not {*noun.classes} & {*by.classes}
    values = [getattr(each, "value", None) for each in by.where]
    return bool(is_apart) and (by.is_class or any(isinstance(v, int | float) for v in values))


def excludes(first: Iterable[Condition], second: Iterable[Condition]) -> bool:
    """Return whether no record meets both, as a field cannot have two values."""
    known = {each.field: _equal(each) for each in first if isinstance(each, FieldCondition)}
    return any(
        (here := known.get(each.field)) and (there := _equal(each)) and not {*here} & {*there}
        for each in second
        if isinstance(each, FieldCondition)
    )


def _equal(condition: FieldCondition) -> tuple[Scalar, ...]:
    """Return the values that a condition allows; nothing where it is of another kind."""
    value = condition.value
    if condition.op == "in" and isinstance(value, tuple):
        return value
    return (value,) if condition.op == "=" and isinstance(value, Scalar) else ()


def filtered(noun: Noun, by: Filter) -> Noun | None:
    """Return the noun with a filter on its records, or their items; None where it cannot be."""
    if by.time is not None:
        timed = at_time(noun, by.time)
        return timed and (filtered(timed, replace(by, time=None)) if by.where else timed)
    if by.kind is None or by.kind is noun.kind:
        is_other = excludes(noun.where, by.where) or _is_other_class(noun, by)
        classes = noun.classes or (by.classes if by.is_class else ())
        return None if is_other else replace(having(noun, *by.where), classes=classes)
    if by.kind is ITEM and noun.kind in OF_ITEMS:
        if noun.of is not None and noun.of.is_one:
            return None
        of = filtered(noun.of or Noun(ITEM, is_headed=False, classes=by.classes), by)
        return of and replace(noun, of=of)
    names = _IN_BOTH.get(by.kind, {}) if noun.kind is SetKind.WORK_AND_MAINTENANCE else {}
    renamed = [
        each.model_copy(update={"field": names[each.field]})
        for each in by.where
        if isinstance(each, FieldCondition) and each.field in names
    ]
    return having(noun, *renamed) if names and len(renamed) == len(by.where) else None


def at_time(noun: Noun, time: str) -> Noun | None:
    """Return the noun in a time; None where it has one, or its records have none."""
    label, again = parted(time)
    is_open = noun.kind in CLOCKED and not (label and noun.time)
    return replace(having(noun, *again), time=label or noun.time) if is_open else None


def of_items(noun: Noun, items: Noun) -> Noun | None:
    """Return records of these items; None where they cannot be."""
    if noun.kind not in OF_ITEMS or items.kind is not ITEM:
        return None
    if noun.of is None:
        return replace(noun, of=items)
    if not noun.of.is_headed and not noun.of.is_one and not items.is_one:
        return replace(noun, of=having(items, *noun.of.where))
    return None


def equals(field: str, value: Scalar) -> FieldCondition:
    """Return the condition that a field has a value."""
    return FieldCondition(field=field, op="=", value=value)


def negated(by: Filter) -> Filter | None:
    """Return the filter that lets through what the filter does not; None for one of time."""
    if by.time is not None or not by.where:
        return None
    only = by.where[0] if len(by.where) == 1 else None
    is_owned = isinstance(only, FieldCondition) and only.field == "owner"
    if isinstance(only, FieldCondition | Measured) and only.op in OPPOSITE and not is_owned:
        # In words, "not active" is said of what has a state; what nobody owns is not X's, too.
        return replace(by, where=(only.model_copy(update={"op": OPPOSITE[only.op]}),))
    return replace(by, where=(NoneOf(none=(_whole(by),)),))


def either(first: Filter, second: Filter) -> Filter | None:
    """Return the filter for what one of two lets through; values of one field become a list."""
    is_alike = first.kind is second.kind and first.is_class is second.is_class
    if not is_alike or first.time or second.time:
        return None
    one, other = first.where[-1], second.where[-1]
    is_one_each = len(first.where) == len(second.where) == 1
    if is_one_each and isinstance(one, FieldCondition) and isinstance(other, FieldCondition):
        values = (*_equal(one), *_equal(other)) if _equal(one) and _equal(other) else ()
        if one.field == other.field and values:
            both = FieldCondition(field=one.field, op="in", value=tuple(dict.fromkeys(values)))
            known = (*first.classes, *second.classes) if first.classes and second.classes else ()
            return Filter(first.kind, (both,), classes=known)
    return Filter(first.kind, (AnyOf(any=(_whole(first), _whole(second))),))


def _whole(by: Filter) -> Condition:
    return by.where[0] if len(by.where) == 1 else EveryOf(every=by.where)


def field_for(noun: Noun, field: Field) -> str | None:
    """Return what a field is called when asked of the noun's records; None where it cannot be."""
    if field.kind is noun.kind:
        return field.name
    if field.kind is ITEM and noun.kind in OF_ITEMS:
        return f"item.{field.name}"
    is_of_both = noun.kind is SetKind.WORK_AND_MAINTENANCE
    return _IN_BOTH.get(field.kind, {}).get(field.name) if is_of_both else None
