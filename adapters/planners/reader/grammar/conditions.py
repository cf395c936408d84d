"""Conditions on fields: values, comparisons, texts, several of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.meaning import (
    ITEM,
    Amount,
    Compared,
    Field,
    Filter,
    Noun,
    either,
    equals,
    negated,
    ordered,
)
from domain.estate.fields import FieldType
from domain.query.fields import field_of
from domain.query.sets import FieldCondition, Operator, Scalar, SetKind

_SIZES: Final = {"b": 0, "kb": 1, "mb": 2, "gb": 3, "tb": 4}
_SECONDS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "week": 604_800}
_MILLISECONDS: Final = {"ms": 1, **{unit: each * 1000 for unit, each in _SECONDS.items()}}
_UNSAID, _TWO_FIELDS, _UNNAMED = 0.5, 0.5, 1.5
_NAMING: Final = ("ci_code", "ci_name")
_LEVELS: Final = ("severity", "criticality", "impact_level")


def field_named(name: tuple[str, str]) -> Field | None:
    """Return the field of a kind."""
    kind, field = SetKind(name[0]), name[1]
    found = field_of(kind, field)
    unit = {"duration_min": "min", "size_bytes": "b", "duration_ms": "ms"}.get(field, "")
    return Field(kind, field, found.type, unit) if found and found.type else None


def _said_level(said: tuple[str, str, Operator, Scalar], number: float) -> Filter | None:
    """Return "crit 4": another level than the word says by itself."""
    kind, field, op, _ = said
    is_level = field in _LEVELS and op == "=" and number in range(1, 6)
    return _said((kind, field, op, int(number))) if is_level else None


def _said(said: tuple[str, str, Operator, Scalar]) -> Filter:
    kind, field, op, value = said
    return Filter(SetKind(kind), (FieldCondition(field=field, op=op, value=value),))


def true(field: Field) -> Filter | None:
    """Return "leased", "with power backup": what is true of items."""
    is_so = FieldCondition(field=field.name, op="=", value=True)
    return _of_field(field, is_so) if field.truth else None


def _amount(number: float, unit: str | None = None) -> Amount:
    return Amount(number, unit or "")


def _negative(number: float, unit: str | None = None) -> Amount:
    """Return "-18 degrees"."""
    return _amount(-number, unit)


def _compared(op: Operator, amount: Amount) -> Compared:
    return Compared(op, amount)


def _compared_after(amount: Amount, op: Operator) -> Compared:
    return Compared(op, amount)


def number_in(amount: Amount, field: Field) -> float | None:
    """Return the amount in the unit of a field; None where the units do not fit."""
    if not amount.unit:
        return _whole(amount.number)
    if amount.unit in _SIZES and field.unit in _SIZES:
        return _whole(amount.number * 1024 ** (_SIZES[amount.unit] - _SIZES[field.unit]))
    if amount.unit in _MILLISECONDS and field.unit in _MILLISECONDS:
        milliseconds = amount.number * _MILLISECONDS[amount.unit]
        return _whole(milliseconds / _MILLISECONDS[field.unit])
    is_plain = not field.unit and amount.unit not in (*_SIZES, *_MILLISECONDS, "%")
    return _whole(amount.number) if is_plain or amount.unit == field.unit else None


def _of_field(field: Field, condition: FieldCondition) -> Filter:
    return Filter(field.kind, (condition,), classes=field.classes)


def _whole(number: float) -> float:
    return int(number) if number == int(number) else number


def compared_with(field: Field, compared: Compared) -> Filter | None:
    """Return the comparison of a field; None where unit or type do not fit."""
    number = number_in(compared.amount, field)
    if number is None or field.type is not FieldType.NUMBER:
        return None
    if field.name in _LEVELS and not 1 <= number <= 5:  # noqa: PLR2004
        return None
    condition = FieldCondition(field=field.name, op=compared.op, value=number)
    return _of_field(field, condition)


def _op_field(field: Field, op: Operator, amount: Amount) -> Filter | None:
    """Return "below severity 3"."""
    return compared_with(field, Compared(op, amount))


def _compared_field(compared: Compared, field: Field) -> Filter | None:
    return compared_with(field, compared) if field.name not in _LEVELS else None


def _field_amount(field: Field, amount: Amount) -> Filter | None:
    if field.type is FieldType.TEXT and not amount.unit:
        return None
    return compared_with(field, Compared("=", amount))


def _amount_field(amount: Amount, field: Field) -> Filter | None:
    return _compared_field(Compared("=", amount), field)


def _unit_compared(op: Operator | None, number: float, field: Field) -> Costly | None:
    """Return "at least 128 GB": of the attribute that is measured so."""
    return _guessed(compared_with(field, Compared(op or "=", Amount(number))), field)


def _passing(meant: tuple[Field, Operator], amount: Amount) -> Costly | None:
    """Return "taller than 40 m"."""
    return _guessed(compared_with(meant[0], Compared(meant[1], amount)), meant[0])


def _unit_between(low: float, high: float, field: Field) -> Costly | None:
    return _guessed(_between_in(low, high, None, field), field)


def _unit_either(one: float, other: float, field: Field) -> Costly | None:
    return _guessed(_either_field(one, other, field), field)


def _guessed(found: Filter | None, field: Field) -> Costly | None:
    return found and Costly(found, 0.0, (f"taken for {field.name.partition('.')[2]}",))


def _between_in(low: float, high: float, unit: str | None, field: Field) -> Filter | None:
    """Return "between 192 and 256 GB of memory"."""
    ends = [number_in(Amount(each, unit or ""), field) for each in (low, high)]
    if ends[0] is None or ends[1] is None or field.name in _LEVELS:
        return None
    return _field_between(field, ends[0], ends[1])


def _field_between(field: Field, low: float, high: float) -> Filter | None:
    first = compared_with(field, Compared(">=", Amount(low)))
    last = compared_with(field, Compared("<=", Amount(high)))
    return first and last and Filter(field.kind, ordered((*first.where, *last.where)))


def _field_either(field: Field, one: float, other: float) -> Filter | None:
    if field.type is not FieldType.NUMBER:
        return None
    values = (_whole(one), _whole(other))
    return Filter(field.kind, (FieldCondition(field=field.name, op="in", value=values),))


def _either_of(field: Field, one: float, other: float, unit: str) -> Filter | None:
    """Return "128 or 256 GB of memory"."""
    numbers = [number_in(Amount(each, unit), field) for each in (one, other)]
    return _field_either(field, *numbers) if None not in numbers else None  # type: ignore[arg-type]  # as just asked


def _either_field(one: float, other: float, field: Field) -> Filter | None:
    return _field_either(field, one, other) if field.name not in _LEVELS else None


def _numbered(field: Field) -> Field | None:
    """Return "number of cores", "port number" as the field."""
    return field if field.name.startswith("attributes.") and not field.truth else None


def _dated(field: Field) -> Field | None:
    """Return "calibration due date"."""
    return field if field.type is FieldType.INSTANT else None


def _field_value(field: Field, value: Filter) -> Filter | None:
    """Return the value, which must be one of the field."""
    only = value.where[0] if len(value.where) == 1 else None
    is_of_it = isinstance(only, FieldCondition) and only.field == field.name
    return replace(value, has_field=True) if is_of_it and value.kind is field.kind else None


def _field_literal(field: Field, literal: str) -> Filter | Costly | None:
    is_open = field.kind is not ITEM or field.name.startswith(("attributes.", "tags."))
    if field.type is not FieldType.TEXT or not (is_open or field.name in _NAMING):
        return None
    return Costly(_of_field(field, equals(field.name, literal)), _UNSAID)


def _field_name(field: Field, item: Noun) -> Filter | None:
    """Return "with code srv-erp-01"; nothing else that is asked is called as an item is."""
    is_naming = field.kind is ITEM and field.name in _NAMING and item.is_one
    return Filter(ITEM, item.where, classes=item.classes) if is_naming else None


def _compared_literal(field: Field, op: Operator, literal: str) -> Filter | None:
    if field.type is not FieldType.TEXT or op not in ("=", "!="):
        return None
    return _of_field(field, FieldCondition(field=field.name, op=op, value=literal))


def _both(first: Filter, second: Filter) -> Filter | Costly | None:
    """Return "zone-a and zone-b" as one of them, "active and in zone-a" as both."""
    if first.time or second.time or first.kind is not second.kind:
        return None
    where = (*first.where, *second.where)
    names = [each.field for each in where if isinstance(each, FieldCondition)]
    is_listed = all(getattr(each, "op", "") == "contains" for each in where)
    if len(set(names)) == 1 and len(names) == len(where) and not is_listed:
        listed = either(first, second)
        return listed and replace(listed, is_both=True)
    both = Filter(first.kind, ordered(where))
    return Costly(both, _TWO_FIELDS)


def _of_severity(by: Filter) -> Noun | None:
    """Return "the last sev 5": events of it."""
    only = by.where[0] if len(by.where) == 1 else None
    is_severity = isinstance(only, FieldCondition) and only.field == "severity"
    is_of_events = is_severity and by.kind is SetKind.EVENT
    return Noun(SetKind.EVENT, by.where, is_headed=False) if is_of_events else None


def _opposite_of(by: Filter) -> Filter | None:
    """Return "non prod"."""
    is_value = len(by.where) == 1 and isinstance(by.where[0], FieldCondition)
    return negated(by) if is_value else None


def _severe(field: Field, number: float, unit: str) -> Filter | Costly | None:
    """Return "sev 5s": these are no seconds."""
    is_plural = unit == "s" and field.name in _LEVELS
    return _field_amount(field, Amount(number)) if is_plural else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
