"""The same of the present: "cpu of srv-1 right now", "servers with cpu over 80 right now"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.planners.reader.chart import Rule, rules_in
from adapters.planners.reader.grammar.applying import Post, as_filter
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
    want = _wanted(found)
    of = tuple(replace(noun, where=tuple(map(_now, noun.where))) for noun in found.of)
    return None if want is None else replace(found, want=want, of=of)


def _wanted(found: Asked) -> Want | None:
    """Return what is wanted; None of the highest so far, and where several have a last value."""
    want = found.want
    if isinstance(want, MeasureWant):
        is_last = {each.function for each in want.measures} <= _LAST
        measures = {"measures": tuple(map(_last, want.measures))}
        return (
            want.model_copy(update=measures)
            if is_last and all(map(_is_of_one, found.of))
            else None
        )
    if any(noun.kind is SetKind.POINT for noun in found.of):
        return None
    if not isinstance(want, TopWant) or want.by.of is None:
        return want
    return want.model_copy(update={"by": _last(want.by)})


def _is_of_one(points: Noun) -> bool:
    is_open = points.kind is SetKind.POINT and points.time is None
    return is_open and points.of is not None and is_one(points.of)


def _now(by: Condition) -> Condition:
    return by.model_copy(update={"measure": _last(by.measure)}) if isinstance(by, Measured) else by


def _last(measure: Measure) -> Measure:
    is_mean = measure.function is Function.AVG
    return measure.model_copy(update={"function": Function.LAST}) if is_mean else measure


def _still(post: Post) -> Post | None:
    """Return "still active", which is how it is; of records it would mean afterwards."""
    by = as_filter(post)
    is_state = by and not by.time and not any(isinstance(each, Has) for each in by.where)
    return post if is_state else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
