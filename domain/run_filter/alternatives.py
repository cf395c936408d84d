"""A filter as a choice of short lists of conditions, each of which an index can serve."""

import math
from collections.abc import Sequence
from itertools import chain, product
from typing import Final

from domain.figures import whole_sum
from domain.run_filter.fields import RUN_FIELDS
from domain.run_filter.filter import And, Compare, Not, Operator, Or, RunFilter, equal

MAX_ALTERNATIVES: Final = 32
"""With more, a filter is taken as one condition."""

Alternative = tuple[RunFilter, ...]
"""Conditions that all have to fit; each is a comparison, or one about calls, or its opposite."""


def alternatives_of(where: RunFilter) -> list[Alternative]:
    """Return the lists of conditions of which a run must fit one; none when no run can fit.

    What is not one of a few words is one of the others, or not there where it may be missing. When
    there would be too many alternatives, the filter itself is the only one.
    """
    try:
        return _split(where, is_negated=False)
    except _TooManyAlternatives:
        return [(where,)]


class _TooManyAlternatives(Exception):
    """There are more than `MAX_ALTERNATIVES`."""


def _split(where: RunFilter, *, is_negated: bool) -> list[Alternative]:
    match where:
        case Not(part):
            return _split(part, is_negated=not is_negated)
        # Not (A and B) is (not A) or (not B): negated, the two change places.
        case And(parts):
            every = [_split(part, is_negated=is_negated) for part in parts]
            return _joined(every) if is_negated else _crossed(every)
        case Or(parts):
            every = [_split(part, is_negated=is_negated) for part in parts]
            return _crossed(every) if is_negated else _joined(every)
        # "Not failed" is no range of an index, but one of the other words is.
        case Compare() if is_negated and where.operator is Operator.EQUAL:
            field = RUN_FIELDS[where.field]
            values = [*field.words, None] if field.words and field.is_optional else field.words
            others = [(equal(field.name, value),) for value in values if value != where.value]
            return list(others) or [(Not(where),)]
        case _:
            return [(Not(where) if is_negated else where,)]


def _joined(choices: Sequence[list[Alternative]]) -> list[Alternative]:
    _require_few(whole_sum(map(len, choices)))
    return list(chain.from_iterable(choices))


def _crossed(choices: Sequence[list[Alternative]]) -> list[Alternative]:
    _require_few(math.prod(map(len, choices)))
    return [tuple(chain.from_iterable(chosen)) for chosen in product(*choices)]


def _require_few(count: int) -> None:
    if count > MAX_ALTERNATIVES:
        raise _TooManyAlternatives
