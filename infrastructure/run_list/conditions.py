"""From a filter to a condition on rows; `domain.views.matching` says what it means.

A condition is true or not: NULL, which a comparison makes of a value that is not there, only
stands where it counts as untrue.
"""

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from domain.run_filter.fields import COMPLETED, OUTCOMES
from domain.run_filter.filter import And, AnyCall, Compare, Not, Operator, Or, RunFilter
from domain.views.matching import attribute_of
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.projections.generations import live_generation
from infrastructure.projections.tables import RUN_CALLS

Condition = sa.ColumnElement[bool]

_RUN, _CALL = RUN_SUMMARIES.c, RUN_CALLS.c
_COMES_FROM_ANOTHER: Final = _RUN.origin != sa.literal_column("'new'")

Leaf = Callable[[Compare | AnyCall, bool], Condition]
"""Makes the condition of what has no parts, or that of its opposite."""


def of_run(where: RunFilter) -> Condition:
    """Return the condition on a row of `RUN_SUMMARIES`."""
    return condition_of(where, _run_leaf, is_negated=False)


def of_call(where: RunFilter) -> Condition:
    """Return the condition on a row of `RUN_CALLS`, in the generation that is read."""
    is_live = _CALL.generation == live_generation(RUN_CALLS.name)
    return sa.and_(is_live, condition_of(where, _call_leaf, is_negated=False))


def condition_of(where: RunFilter, leaf: Leaf, *, is_negated: bool) -> Condition:
    """Return the condition of all parts, which `leaf` makes of each, or its opposite."""
    match where:
        case Not(part):
            return condition_of(part, leaf, is_negated=not is_negated)
        case And(parts) | Or(parts):
            every = [condition_of(part, leaf, is_negated=is_negated) for part in parts]
            if isinstance(where, And) is is_negated:
                return sa.or_(sa.false(), *every)
            return sa.and_(sa.true(), *every)
        case Compare() | AnyCall():
            return leaf(where, is_negated)


def _run_leaf(part: Compare | AnyCall, is_negated: bool) -> Condition:  # noqa: FBT001 - see Leaf
    if isinstance(part, AnyCall):
        return _signed(_has_call(part.condition), is_negated=is_negated)
    if part.field == "superseded":
        return _signed(_is_superseded(), is_negated=is_negated is (part.value == "yes"))
    column = _column(part)
    found = compared(column, part, is_negated=is_negated)
    is_of_origin = part.field == "origin" and part.value != "new" and not is_negated
    # Said again as the index says it, which has no other runs.
    return sa.and_(_COMES_FROM_ANOTHER, found) if is_of_origin else found


def _call_leaf(part: Compare | AnyCall, is_negated: bool) -> Condition:  # noqa: FBT001 - see Leaf
    if isinstance(part, AnyCall):
        message = "a call has no calls"
        raise TypeError(message)
    return compared(_CALL[attribute_of(part.field)], part, is_negated=is_negated)


def _column(part: Compare) -> sa.ColumnElement[Any]:
    # A run that is not completed has no status, but its state.
    if part.field == "status" and part.value not in OUTCOMES:
        return _RUN.state
    return _RUN[attribute_of(part.field)]


def compared(
    column: sa.ColumnElement[Any], part: Compare, *, is_negated: bool = False
) -> Condition:
    """Return the condition that the column has such a value, or has not."""
    if part.value is None:
        return column.is_not(None) if is_negated else column.is_(None)
    found = _OPERATORS[part.operator](column, part.value)
    is_optional = isinstance(column, sa.Column) and bool(column.nullable)
    if not is_negated:
        return found
    return sa.or_(column.is_(None), sa.not_(found)) if is_optional else sa.not_(found)


_OPERATORS: Final[dict[Operator, Callable[[sa.ColumnElement[Any], Any], Condition]]] = {
    Operator.EQUAL: lambda column, value: column == value,
    Operator.LESS: lambda column, value: column < value,
    Operator.AT_MOST: lambda column, value: column <= value,
    Operator.MORE: lambda column, value: column > value,
    Operator.AT_LEAST: lambda column, value: column >= value,
    Operator.CONTAINS: lambda column, value: sa.func.lower(column).contains(
        value.lower(), autoescape=True
    ),
}


def _has_call(condition: RunFilter) -> Condition:
    return (
        sa.exists()
        .where(_CALL.tenant_id == _RUN.tenant_id, _CALL.run_id == _RUN.run_id, of_call(condition))
        .correlate(RUN_SUMMARIES)
    )


def _is_superseded() -> Condition:
    """Whether a run that comes from this one, or from one that does, has completed."""
    child = RUN_SUMMARIES.alias("child")
    columns = (child.c.run_id, child.c.state)
    children = (
        sa.select(*columns)
        .where(child.c.tenant_id == _RUN.tenant_id, child.c.parent_run_id == _RUN.run_id)
        .correlate(RUN_SUMMARIES)
        .cte("descendants", recursive=True, nesting=True)
    )
    further = sa.select(*columns).where(
        child.c.tenant_id == _RUN.tenant_id, child.c.parent_run_id == children.c.run_id
    )
    descendants = children.union(further.correlate(RUN_SUMMARIES))
    return sa.exists().where(descendants.c.state == COMPLETED).correlate(RUN_SUMMARIES)


def _signed(condition: Condition, *, is_negated: bool) -> Condition:
    return sa.not_(condition) if is_negated else condition
