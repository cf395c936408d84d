"""The verdict of an answer by value, as the exam has it, and a little more patient."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bench.questions.judging import is_right
from bench.questions.judging import verdict as of_exam
from bench.questions.shown import Shown, is_figure
from bench.questions.spelling import is_near
from bench.questions.truth_kinds import Both, Either, Number, Ranking, Truth, YesNo

_SAID: Final = re.compile(
    r"^\W*(?:yes|no|none|nothing|true|false|all|not all)\b|[.;:] (?:yes|no)\b", re.IGNORECASE
)
_OF_ALL: Final = re.compile(r"\b(?:all|every|each|none|no)\b", re.IGNORECASE)


def verdict(truth: Truth, shown: Shown) -> str:
    """Return `right`, `wrong`, `hint`, `refused` or `error`."""
    said = of_exam(truth, shown)
    return "right" if said == "wrong" and _is_right_too(truth, shown) else said


def _is_right_too(truth: Truth, shown: Shown) -> bool:
    match truth:
        case Either():
            return any(_is_right_too(each, shown) for each in truth.readings)
        case Both():
            return all(_stands_there(each, shown) for each in truth.parts)
        case YesNo():
            return _is_implied(truth, shown)
        case Ranking():
            return any(is_right(each, shown) for each in _with_equals(truth))
        case _:
            return False


def _stands_there(truth: Truth, shown: Shown) -> bool:
    """Whether a figure stands anywhere: compared figures stand side by side in a table."""
    if not isinstance(truth, Number):
        return is_right(truth, shown)
    cells = [
        float(cell) for t in shown.tables for row in t["rows"] for cell in row if is_figure(cell)
    ]
    return any(is_near(each, truth.value, truth.tolerance) for each in [*shown.figures, *cells])


def _with_equals(truth: Ranking) -> Iterator[Ranking]:
    """Yield the ranking cut off after each one that is as high as the last."""
    last = truth.ranked[truth.count - 1][1]
    for count in range(truth.count + 1, len(truth.ranked) + 1):
        if truth.ranked[count - 1][1] == last:
            yield replace(truth, count=count)


def _is_implied(truth: YesNo, shown: Shown) -> bool:
    """Whether a count says yes or no, where it is not about all of them."""
    if _SAID.search(shown.message) or _OF_ALL.search(shown.question) or not shown.figures:
        return False
    return (shown.figures[0] > 0) == truth.is_yes
