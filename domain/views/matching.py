"""Which runs a filter fits: the meaning of `domain.run_filter`, which databases follow."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from domain.run.summary import RunSummary
from domain.run_filter.fields import CALL_FIELDS, COMPLETED
from domain.run_filter.filter import And, AnyCall, Compare, Not, Operator, Or, RunFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from domain.views.calls import CallView

Value = str | float | None

_ATTRIBUTES: Final[Mapping[str, str]] = {
    "id": "run_id",
    "actor": "actor_id",
    "error": "error_code",
    "error_text": "error",
    "started": "requested_at",
    "ended": "ended_at",
    "updated": "updated_at",
    "duration": "duration_ms",
    "waited": "waited_ms",
    "calls": "call_count",
    "failed_calls": "failed_call_count",
    "parent": "parent_run_id",
}
"""The fields that are called otherwise in `RunSummary` and in `CallView`."""

_ORDERED: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQUAL: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run with what a filter can ask of it."""

    summary: RunSummary
    calls: Collection[CallView] = ()
    is_superseded: bool = False


def attribute_of(field: str) -> str:
    """Return the name that a field has in `RunSummary`, or in `CallView`."""
    return _ATTRIBUTES.get(field, field)


def matches(where: RunFilter, thing: Candidate | CallView) -> bool:
    """Return whether the filter fits the run, or a condition about calls the call."""
    match where:
        case Compare():
            return _fits(where, _value_of(where.field, thing))
        case AnyCall(condition) if isinstance(thing, Candidate):
            return any(matches(condition, call) for call in thing.calls)
        case AnyCall():
            message = f"a call has no calls, only {', '.join(CALL_FIELDS)}"
            raise TypeError(message)
        case And(parts):
            return all(matches(part, thing) for part in parts)
        case Or(parts):
            return any(matches(part, thing) for part in parts)
        case Not(part):
            return not matches(part, thing)


def _value_of(field: str, thing: Candidate | CallView) -> Value:
    if isinstance(thing, Candidate) and field == "superseded":
        return "yes" if thing.is_superseded else "no"
    has = thing.summary if isinstance(thing, Candidate) else thing
    if isinstance(has, RunSummary) and field == "status" and has.state != COMPLETED:
        return has.state
    value: Value = getattr(has, attribute_of(field))
    return value


def _fits(compare: Compare, value: Value) -> bool:
    wanted = compare.value
    if value is None or wanted is None:
        return value is wanted and compare.operator is Operator.EQUAL
    if compare.operator is Operator.CONTAINS:
        return str(wanted).lower() in str(value).lower()
    return _ORDERED[compare.operator](value, wanted)
