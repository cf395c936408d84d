"""The verdict of an answer by value, as the exam has it, and a little more patient."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bench.questions.judging import is_right
from bench.questions.judging import verdict as of_exam
from bench.questions.shown import Shown, is_figure
from bench.questions.spelling import is_near, spelt
from bench.questions.truth_kinds import (
    Both,
    Either,
    Items,
    Moment,
    Number,
    Ranking,
    Truth,
    Value,
    YesNo,
)

_SAID: Final = re.compile(
    r"^\W*(?:yes|no|none|nothing|true|false|all|not all)\b|[.;:] (?:yes|no)\b", re.IGNORECASE
)
_SAID_FIRST: Final = re.compile(r"(?:Read as .*[.] )?(Yes|No)\b[:.]")
_NONE: Final = re.compile(
    r"(?:Read as .*[.:] )?\W*(?:no\b|none\b|there (?:is|are) (?:no|none)\b)", re.IGNORECASE
)
_NO_SUCH: Final = re.compile(r"(?:^|[.;:] )No\b")
_AT_LEAST: Final = re.compile(r"\bat least \d+ configuration items\b")
_NEAREST: Final = re.compile(r"\b(\d+) configuration items are affected; shown are the nearest\b")
_HIGHEST: Final = re.compile(r"\bhighest \S+ from (\S+)")
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
            said = _SAID_FIRST.match(shown.message)
            return (said[1] == "Yes") == truth.is_yes if said else _is_implied(truth, shown)
        case Items():
            return _is_none(shown) if not truth.codes else _is_part(truth, shown)
        case Moment():
            highest = _HIGHEST.search(shown.message)
            return highest is not None and highest[1].startswith(truth.at)
        case _:
            rankings = _with_equals(truth) if isinstance(truth, Ranking) else ()
            return any(is_right(each, shown) for each in rankings)


def _stands_there(truth: Truth, shown: Shown) -> bool:
    """Whether a value stands anywhere: what is compared stands side by side in a table."""
    cells = [cell for table in shown.tables for row in table["rows"] for cell in row]
    match truth:
        case Number():
            figures = [*shown.figures, *(float(cell) for cell in cells if is_figure(cell))]
            return any(is_near(each, truth.value, truth.tolerance) for each in figures)
        case Value():
            said = {spelt(str(cell)) for cell in cells}
            return is_right(truth, shown) or any(spelt(each) in said for each in truth.options)
        case Items() if not truth.codes:
            is_empty = any(not table["rows"] for table in shown.tables)
            return is_empty and _NO_SUCH.search(shown.message) is not None
        case _:
            return is_right(truth, shown)


def _is_part(truth: Items, shown: Shown) -> bool:
    """Whether many of more are shown, and it is said how many there are, at least or in all."""
    parts = [found for found, _ in shown.item_sets() if len(found) > 4 and found <= truth.codes]
    all_told = _NEAREST.search(shown.message)
    is_told = int(all_told[1]) == len(truth.codes) if all_told else _AT_LEAST.search(shown.message)
    return bool(parts and is_told)


def _is_none(shown: Shown) -> bool:
    """Whether nothing is shown and that is said, whatever items the sentence names."""
    rows = [row for table in shown.tables for row in table["rows"]]
    return not shown.is_refused and not rows and _NONE.match(shown.message) is not None


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
