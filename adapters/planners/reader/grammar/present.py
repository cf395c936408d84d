"""The same of the present: "cpu of srv-1 right now", "servers with cpu over 80 right now"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.asked import Asked, is_one
from adapters.planners.reader.grammar.quantities import SPANS
from adapters.planners.reader.meaning import Noun
from domain.query.model import MeasureWant, TopWant, Want
from domain.query.sets import Condition, Function, Has, Measure, Measured, SetKind

_PAST: Final = (*SPANS, SetKind.EVENT)
"""What happened has no present."""
_LAST: Final = {Function.AVG, Function.LAST}


def _at_present(found: Asked) -> Asked | None:
    """Return the same of the present: of metrics the last values, if no others are asked for."""
    times = [(each.kind, each.time) for each in found.of]
    has = [each.has for noun in found.of for each in noun.where if isinstance(each, Has)]
    times += [(each.kind, each.time) for each in has]
    if any(kind in _PAST and not time for kind, time in times):
        return None
    is_figure = isinstance(found.want, MeasureWant)
    if any(
        (is_figure or noun.kind is SetKind.POINT) and not _has_last(noun, found.want)
        for noun in found.of
    ):
        return None
    return replace(found, want=_wanted(found.want), of=tuple(map(_restricted, found.of)))


def _has_last(points: Noun, want: Want) -> bool:
    """Return whether one last value is asked for: not the highest, nor one of several items."""
    of = points.of if points.kind is SetKind.POINT else None
    is_single = points.time is None and of is not None and is_one(of)
    functions = (
        {each.function for each in want.measures} if isinstance(want, MeasureWant) else set()
    )
    return is_single and functions <= _LAST


def _wanted(want: Want) -> Want:
    if isinstance(want, MeasureWant):
        return want.model_copy(update={"measures": tuple(map(_last, want.measures))})
    if isinstance(want, TopWant) and want.by.of is not None and want.by.of.kind is SetKind.POINT:
        return want.model_copy(update={"by": _last(want.by)})
    return want


def _restricted(noun: Noun) -> Noun:
    return replace(noun, where=tuple(map(_condition, noun.where)))


def _condition(condition: Condition) -> Condition:
    if not isinstance(condition, Measured):
        return condition
    return condition.model_copy(update={"measure": _last(condition.measure)})


def _last(measure: Measure) -> Measure:
    is_mean = measure.function is Function.AVG
    return measure.model_copy(update={"function": Function.LAST}) if is_mean else measure


RULES: Sequence[Rule] = rules_in(__file__, globals())
