"""Several things that are asked at once."""

from collections.abc import Sequence

from adapters.planners.reader.chart import Rule, rules_of
from adapters.planners.reader.grammar.asked import Asked


def _one(first: Asked) -> tuple[Asked, ...]:
    return (first,)


def _more(first: Asked, others: tuple[Asked, ...]) -> tuple[Asked, ...]:
    return (first, *others)


RULES: Sequence[Rule] = [
    *rules_of("QUERY", "ASK", _one),
    *rules_of("QUERY", "ASK also QUERY", _more),
]
