"""Whether an answer shows what is true: by value, however it is written."""

import re
from collections.abc import Callable, Mapping, Sequence
from math import isclose
from typing import Final

from bench.questions.series_judging import shows_buckets, shows_groups, shows_ranking
from bench.questions.shown import Shown, says
from bench.questions.spelling import is_near, same, spelt
from bench.questions.truth_kinds import (
    AskBack,
    Both,
    Buckets,
    Either,
    Facts,
    Groups,
    Hops,
    Items,
    Labels,
    Moment,
    Number,
    Ranking,
    Records,
    Refusal,
    Truth,
    Value,
    YesNo,
)

_NONE: Final = re.compile(
    r"\b(?:no|none|nothing|never|nobody|nowhere|without any)\b|(?<![\d.,-])0 \w", re.IGNORECASE
)
_YES: Final = re.compile(r"^\W*(?:yes|true)\b|[.;:] yes\b|^all\b", re.IGNORECASE)
_NO: Final = re.compile(r"^\W*(?:no|none|not all|false)\b|[.;:] no\b", re.IGNORECASE)
_HINT: Final = re.compile(
    r"did you mean|do you mean|say which|which (?:one|of)|can be|can mean|nearest|closest"
    r"|more than one|ambiguous|one of|such as|instead|there (?:is|are)|known|has no|have no",
    re.IGNORECASE,
)
_DECLINED: Final = re.compile(
    r"\b(?:not found|does not exist|unknown|no such|cannot|only reads|not recorded|outside)\b",
    re.IGNORECASE,
)
_HIDING: Final = 8
"""Among more figures than this, a right one says nothing."""


def verdict(truth: Truth, shown: Shown) -> str:
    """Return `right`, `wrong` (answered, and not so), `hint`, `refused` or `error`."""
    if shown.exit_code not in {0, 2, 3, 4} or not shown.answer:
        return "error"
    if is_right(truth, shown):
        return "right"
    if not shown.is_refused:
        return "wrong"
    return "hint" if _HINT.search(shown.message) else "refused"


def is_right(truth: Truth, shown: Shown) -> bool:
    """Return whether the answer, or the refusal where one is due, is what it has to be."""
    match truth:
        case Either():
            return any(is_right(each, shown) for each in truth.readings)
        case Both():
            return all(is_right(each, shown) for each in truth.parts)
        case Refusal():
            return _is_refusal(truth, shown)
        case AskBack():
            return _asks_back(truth, shown)
        case _:
            return not shown.is_refused and _SHOWS[type(truth)](truth, shown)


def _is_refusal(truth: Refusal, shown: Shown) -> bool:
    if not all(says(shown.message, word) for word in truth.words):
        return False
    bare = not shown.tables and not shown.of_type("number", "network", "path")
    return shown.is_refused or (bare and _DECLINED.search(shown.message) is not None)


def _asks_back(truth: AskBack, shown: Shown) -> bool:
    if _HINT.search(shown.message):
        text = f"{shown.message} {shown.answer.get('next_actions')}".lower()
        if all(word.lower() in text for word in truth.words):
            return True
    return bool(truth.readings) and all(is_right(each, shown) for each in truth.readings)


def _shows_number(truth: Number, shown: Shown) -> bool:
    figures = shown.figures
    if truth.value == 0 and _NONE.search(shown.message):
        return True
    if len({round(each, 6) for each in figures}) > _HIDING:
        figures = figures[:1]
    return any(is_near(each, truth.value, truth.tolerance) for each in figures)


def _shows_items(truth: Items, shown: Shown) -> bool:
    codes = truth.codes
    sets = list(shown.item_sets())
    if not codes:
        return not any(found for found, _ in sets) and _NONE.search(shown.message) is not None
    return any(
        found == codes or (found < codes and count == len(codes) and len(found) > 4)
        for found, count in sets
    )


def _shows_labels(truth: Labels, shown: Shown) -> bool:
    wanted = {spelt(each) for each in truth.labels}
    if not wanted:
        return _NONE.search(shown.message) is not None
    for cells, count in shown.columns():
        found = {spelt(cell) for cell in cells}
        if found == wanted or (found < wanted and count == len(wanted) and len(found) > 4):
            return True
    return len(wanted) <= 12 and all(says(shown.prose, each) for each in truth.labels)


def _shows_value(truth: Value, shown: Shown) -> bool:
    return any(
        _shows_word(each, truth.field, shown)
        for option in truth.options
        for each in {option, *shown.names_of(option)}
    )


def _shows_word(option: str, field: str | None, shown: Shown) -> bool:
    is_another = bool(shown.of_type("number"))  # a figure was told, not what the item has
    cells = [value for name, value in shown.fields if field in {None, name} and not is_another]
    cells += [str(cell) for t in shown.tables if t["rows"] for cell in t["rows"][0]]
    if any(same(cell, option) for cell in cells):
        return True
    said = says(shown.prose, option) or says(shown.prose.replace("_", " "), option)
    return said and not says(shown.question, option)


def _shows_yes_no(truth: YesNo, shown: Shown) -> bool:
    said_yes, said_no = _YES.search(shown.message), _NO.search(shown.message)
    if said_yes or said_no:
        return (said_no is None) == truth.is_yes
    if truth.proofs:
        return any(found and found <= truth.proofs for found, _ in shown.item_sets())
    return not truth.is_yes and _NONE.search(shown.message) is not None


def _shows_moment(truth: Moment, shown: Shown) -> bool:
    at = truth.at
    said = shown.instants()
    days = re.findall(r"\d{4}-\d{2}-\d{2}", shown.prose)
    first = [times[0] for times, _ in shown.time_columns()]
    first += [value for _, value in shown.fields]
    if len(at) == len("2026-01-01"):
        return at in {*days[:4], *(each[:10] for each in first)}
    return any(each[:16].replace(" ", "T") == at[:16] for each in (*said[:4], *first))


def _shows_records(truth: Records, shown: Shown) -> bool:
    wanted = [each[:16] for each in truth.times]
    if not wanted:
        return _NONE.search(shown.message) is not None and not list(shown.time_columns())
    for times, count in shown.time_columns():
        if truth.in_order and times == wanted:
            return True
        if not truth.in_order and _is_part(times, wanted) and count == len(wanted):
            return True
    said = [each[:16] for each in shown.instants()]
    return len(wanted) <= 3 and wanted == said[: len(wanted)]


def _is_part(times: Sequence[str], wanted: Sequence[str]) -> bool:
    return set(times) <= set(wanted) and (len(times) == len(wanted) or len(times) >= 5)


def _shows_hops(truth: Hops, shown: Shown) -> bool:
    for path in shown.of_type("path"):
        nodes = [str(node.get("code")) for node in path["nodes"]]
        if nodes and {nodes[0], nodes[-1]} == truth.ends:
            return len(nodes) - 1 == truth.hop_count
    return any(isclose(each, truth.hop_count) for each in shown.figures)


def _shows_facts(truth: Facts, shown: Shown) -> bool:
    text = f"{shown.prose} {shown.blocks}"
    return all(any(says(text, word) for word in words) for words in truth.facts)


_SHOWS: Final[Mapping[type, Callable[..., bool]]] = {
    Number: _shows_number,
    Items: _shows_items,
    Labels: _shows_labels,
    Value: _shows_value,
    Ranking: shows_ranking,
    Groups: shows_groups,
    Buckets: shows_buckets,
    YesNo: _shows_yes_no,
    Moment: _shows_moment,
    Records: _shows_records,
    Hops: _shows_hops,
    Facts: _shows_facts,
}
