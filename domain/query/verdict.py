"""Whether what is claimed of sets of records is so."""

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from pydantic import JsonValue

from domain.query.model import Ask, ExistsWant, QuantifiedWant
from domain.query.selection import Selection
from domain.query.sets import Comparison

COMPARE: Final[dict[Comparison, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

OPPOSITE: Final[dict[str, Any]] = {
    "=": "!=",
    "!=": "=",
    "in": "not in",
    "not in": "in",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
}
"""What is so where an operator is not, of what has a value."""


def verdict_of(ask: Ask, selections: Sequence[Selection]) -> bool | None:
    """Return whether it is so; None where nothing is claimed, or there is no value to judge by."""
    if ask.claim is not None:
        second = [ask.claim.value] if ask.claim.value is not None else []
        values = [*map(_value, selections[: 2 - len(second)]), *second]
        return _compared(values[0], values[1], ask.claim.op)
    if isinstance(ask.want, ExistsWant):
        return all(each.total > 0 for each in selections)
    if isinstance(ask.want, QuantifiedWant):
        return all(each.value is True for each in selections)
    return None


def _value(selection: Selection) -> JsonValue:
    """Return the one value that came out: that of the one field, where it is a record."""
    if selection.value is not None or len(selection.rows) != 1:
        return selection.value
    return selection.rows[0][-1]


def _compared(first: JsonValue, second: JsonValue, op: Comparison) -> bool | None:
    if first is None or second is None:
        return None
    if isinstance(first, str) and isinstance(second, str):
        return bool(COMPARE[op](first.lower(), second.lower()))
    if isinstance(first, str) or isinstance(second, str):
        return None
    return bool(COMPARE[op](first, second))
