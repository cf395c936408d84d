"""Sets, conditions and measures in plain words."""

import re
from datetime import UTC
from typing import assert_never

from domain.query.periods import period
from domain.query.sets import (
    AnyOf,
    Condition,
    Count,
    During,
    EveryOf,
    FieldCondition,
    Function,
    Has,
    Measure,
    Measured,
    NoneOf,
    Related,
    Relations,
    Scalar,
    Set,
    SetKind,
)

_KINDS = {
    SetKind.ITEM: ("configuration item", "configuration items"),
    SetKind.EVENT: ("event", "events"),
    SetKind.WORK: ("work item", "work items"),
    SetKind.MAINTENANCE: ("maintenance item", "maintenance items"),
    SetKind.WORK_AND_MAINTENANCE: ("work or maintenance item", "work and maintenance items"),
    SetKind.DOCUMENT: ("document", "documents"),
    SetKind.RULE: ("rule", "rules"),
    SetKind.RELATION: ("relation", "relations"),
    SetKind.POINT: ("metric point", "metric points"),
    SetKind.RUN: ("earlier run", "earlier runs"),
    SetKind.CALL: ("tool call of earlier runs", "tool calls of earlier runs"),
}
_FIELDS = {
    "ci_code": "code",
    "ci_name": "name",
    "ci_type": "type",
    "ci_subtype": "subtype",
    "ci_category": "category",
    "duration_min": "duration in minutes",
    "duration_ms": "duration in milliseconds",
    "size_bytes": "size in bytes",
    "rel_type": "relation type",
    "ends": "items at the other end",
}
_FUNCTIONS = {
    Function.COUNT: "number",
    Function.COUNT_DISTINCT: "number of different",
    Function.SUM: "total",
    Function.AVG: "average",
    Function.MIN: "lowest",
    Function.MAX: "highest",
    Function.LAST: "last",
    Function.MEDIAN: "median",
    Function.SUCCESS_RATE: "success rate",
    Function.INCREASE: "increase",
    Function.RATE: "rate per second",
}
_BEFORE = {"location": "in", "item.location": "in", "owner": "owned by", "severity": "of severity"}
_EQUAL = ("=", "in", "!=", "not in")
_OPERATORS = {
    **dict.fromkeys(("=", "in"), ""),
    **dict.fromkeys(("!=", "not in"), "other than "),
    "contains": "containing ",
    "not contains": "not containing ",
    **{op: f"{op} " for op in ("<", "<=", ">", ">=")},
}
_COUNTS = {">": "more than ", ">=": "at least ", "<": "fewer than ", "<=": "at most ", "=": ""}
_CODES = (("ci_code", "="), ("ci_code", "in"))
_CLASS = re.compile(r"[a-z]{3,}")
_WAYS = {"out": "to", "in": "from", "either": "to or from"}
_MINUTES = re.compile(r"T(\d\d:\d\d):00(?:\.0+)?(?:\+00:00|Z)")


def set_in_words(members: Set) -> str:
    """Return the records of the set: "servers in zone-a", or items by their codes alone."""
    if members.kind is SetKind.ITEM and len(members.where) == 1 and not members.time:
        (named,) = members.where
        if isinstance(named, FieldCondition) and (named.field, named.op) in _CODES:
            return _values(named.value)
    _, plural, rest = noun_of(members)
    return f"{plural}{rest}"


def noun_of(members: Set) -> tuple[str, str, str]:
    """Return the singular, the plural and what follows either of them."""
    singular, plural = _KINDS[members.kind]
    where = list(members.where)
    for condition in where:
        if members.kind is SetKind.ITEM and (word := _class_word(condition)):
            singular, plural = word, f"{word}es" if word.endswith(("s", "x", "ch")) else f"{word}s"
            where.remove(condition)
            break
    return singular, plural, _restriction(members, where)


def _class_word(condition: Condition) -> str | None:
    is_class = (
        isinstance(condition, FieldCondition)
        and (condition.field, condition.op) == ("ci_subtype", "=")
        and isinstance(condition.value, str)
        and _CLASS.fullmatch(condition.value)
    )
    return condition.value if is_class else None  # type: ignore[union-attr, return-value]  # as just asked


def _restriction(members: Set, where: list[Condition]) -> str:
    simple = [each for each in where if isinstance(each, FieldCondition)]
    nested = [each for each in where if not isinstance(each, FieldCondition)]
    words = [f" {condition_in_words(each)}" for each in simple]
    if members.of is not None:
        words.append(f" of {_inner(members.of)}")
    words += [f", {condition_in_words(each)}" for each in nested]
    return f"{''.join(words)}{time_in_words(members.time)}"


def time_in_words(time: str | None) -> str:
    """Return " in the last 7 days", or nothing for ever."""
    return period(_MINUTES.sub(r" \1 UTC", time), "in") if time else ""


def condition_in_words(condition: Condition) -> str:  # noqa: C901, PLR0911 - a line for each
    """Return "in zone-a", or "with more than 3 events of severity 5"."""
    match condition:
        case FieldCondition():
            return _field_condition(condition)
        case AnyOf():
            return f"({' or '.join(map(condition_in_words, condition.any))})"
        case EveryOf():
            return f"({' and '.join(map(condition_in_words, condition.every))})"
        case NoneOf():
            return f"not ({' or '.join(map(condition_in_words, condition.none))})"
        case Has():
            return f"with {_counted(condition.count)}{_inner(condition.has)}"
        case Measured():
            words = measure_in_words(condition.measure)
            return f"with {words} {condition.op} {_number(condition.value)}"
        case Related():
            return _related(condition)
        case During():
            at = condition.during.astimezone(UTC)
            return f"under way at {at:%Y-%m-%d %H:%M:%S} UTC"
        case _:
            assert_never(condition)


def _field_condition(condition: FieldCondition) -> str:
    name, op = field_in_words(condition.field), condition.op
    if op in ("is", "is not"):
        return f"without {name}" if op == "is" else f"with any {name}"
    values = _values(condition.value)
    if op in _EQUAL and (before := _BEFORE.get(condition.field)):
        return f"{'' if op in ('=', 'in') else 'not '}{before} {values}"
    return f"with {name} {_OPERATORS[op]}{values}"


def _related(condition: Related) -> str:
    way = relations_in_words(condition.related)
    is_none = (condition.count.op, condition.count.value) == ("=", 0)
    if is_none:
        return f"without {way} {_inner(condition.to)}"
    many = _counted(condition.count)
    return f"with {way} {many or ''}{_inner(condition.to)}"


def relations_in_words(relations: Relations) -> str:
    """Return "DEPENDS_ON relations to", and over how many hops."""
    types = " or ".join(relations.types) if relations.types else "any"
    hops = {1: "", None: " over any number of hops"}.get(
        relations.hops, f" over up to {relations.hops} hops"
    )
    return f"{types} relations{hops} {_WAYS[relations.direction]}"


def measure_in_words(measure: Measure) -> str:
    """Return "average duration in minutes of events of severity 5"."""
    field = f" {field_in_words(measure.field)}" if measure.field else ""
    words = f"{_FUNCTIONS[measure.function]}{field}"
    return words if measure.of is None else f"{words} of {_inner(measure.of)}"


def ranked_by(measure: Measure) -> str:
    """Return the words for what ranks: of members themselves, their field."""
    is_own = measure.of is None and measure.function in (Function.MIN, Function.MAX)
    return field_in_words(measure.field or "") if is_own else measure_in_words(measure)


def measure_column(measure: Measure) -> str:
    """Return the name of the column of a measure: "avg(duration_min)", "count of events"."""
    column = f"{measure.function}({measure.field})" if measure.field else str(measure.function)
    return column if measure.of is None else f"{column} of {set_in_words(measure.of)}"


def field_in_words(name: str) -> str:
    """Return the words for a field: "duration in minutes"."""
    owner, dot, key = name.partition(".")
    if not dot:
        return _FIELDS.get(name, name.replace("_", " "))
    if owner in ("attributes", "tags"):
        return key.replace("_", " ")
    return f"{owner} {field_in_words(key)}"


def count_in_words(op: str, value: float) -> str:
    """Return "more than 3"."""
    return f"{_COUNTS.get(op, 'other than ')}{_number(value)}"


def members_in_words(count: Count) -> str:
    """Return "none", or "more than 3"."""
    is_none = (count.op, count.value) == ("=", 0)
    return "none" if is_none else count_in_words(count.op, count.value)


def _counted(count: Count) -> str:
    if (count.op, count.value) == (">=", 1):
        return ""
    if (count.op, count.value) == ("=", 0):
        return "no "
    return f"{count_in_words(count.op, count.value)} "


def _inner(members: Set) -> str:
    """Return the words of a set within another, in brackets where they could run together."""
    words = set_in_words(members)
    is_simple = members.of is None and all(
        isinstance(each, FieldCondition) for each in members.where
    )
    return words if is_simple else f"({words})"


def _values(value: Scalar | tuple[Scalar, ...] | None) -> str:
    values = value if isinstance(value, tuple) else (value,)
    return " or ".join(map(_value, values))


def _value(value: Scalar | None) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _number(value) if isinstance(value, float) else str(value).strip('"')


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
