"""Measures as people and plans write them.

For example `count`, `avg(duration_min)`, `share(result=success)`.
"""

import re

from domain.estate.queries import Measure, MeasureFunction

_MEASURE = re.compile(r"^(?P<name>[a-z_]+)(?:\((?P<field>[A-Za-z_.]+)(?:=(?P<value>[^()]+))?\))?$")
_FORMS = "count, count_distinct(field), sum|avg|min|max(field), share(field=value)"


class WrongMeasure(ValueError):
    """A text that is no measure; the message says which forms there are."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is not a measure; allowed: {_FORMS}")


def parse_measure(text: str) -> Measure:
    """Return the measure that the text writes. Raises `WrongMeasure`."""
    match = _MEASURE.match(text.strip())
    if match is None or match["name"] not in set(MeasureFunction):
        raise WrongMeasure(text)
    measure = Measure(MeasureFunction(match["name"]), match["field"], match["value"])
    if not _is_complete(measure):
        raise WrongMeasure(text)
    return measure


def _is_complete(measure: Measure) -> bool:
    needs_field = measure.function is not MeasureFunction.COUNT
    needs_value = measure.function is MeasureFunction.SHARE
    has_field, has_value = measure.field is not None, measure.value is not None
    return (has_field, has_value) == (needs_field, needs_value)
