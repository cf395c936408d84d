"""The rules by which a run is judged: one table, the heaviest first."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.replay.compare.calls import Mark
from domain.replay.golden.call_rules import (
    calls_that_came_back,
    changed_calls,
    failing_calls,
    slow_calls,
)
from domain.replay.golden.mode import Mode
from domain.replay.golden.numbers_in_text import numbers_in
from domain.replay.golden.trial import Trial, status_of
from domain.views.verdict import DivergenceClass

_RANKS: Final = {"success": 0, "degraded": 1, "partial": 2}
"""How good the answers of completed runs are; any other end is worse than these."""
_ENDED: Final = frozenset({"completed", "rejected"})
_ADDED_OR_REMOVED: Final = (Mark.ADDED, Mark.REMOVED)


class Grade(StrEnum):
    """What a run got."""

    PASS = "PASS"  # noqa: S105 - no password
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name: what it grades a run with, when, and the sentences of what it finds."""

    name: str
    grade: Grade
    about: str
    found: Callable[[Trial], Iterable[str]]


def _worse_status(trial: Trial) -> Iterator[str]:
    before, after = _statuses(trial)
    if before != after and not _is_better(before, after):
        yield f"the run ended {after}, the golden one {before}"


def _better_status(trial: Trial) -> Iterator[str]:
    before, after = _statuses(trial)
    if _is_better(before, after):
        yield f"the run ended better: {after}, the golden one {before}"


def _no_answer(trial: Trial) -> Iterator[str]:
    run = trial.comparison.b
    if run.state not in _ENDED:
        why = trial.stopped or (f"{run.error_code}: {run.error}" if run.error else "")
        yield f"the run has no answer, it is {run.state}" + (f": {why}" if why else "")


def _plan(trial: Trial) -> Iterator[str]:
    places = [str(each.get("path") or "/") for each in trial.comparison.plan_patch]
    if places:
        yield f"another plan, at {', '.join(places)}"


def _route(trial: Trial) -> Iterator[str]:
    before, after = trial.comparison.a.route, trial.comparison.b.route
    if before != after:
        yield f"another route: {after or 'none'}, the golden one took {before or 'none'}"


def _answer(trial: Trial) -> Iterator[str]:
    before, after = trial.text("a"), trial.text("b")
    match trial.thresholds.answer:
        case "exact":
            is_same = trial.comparison.answers.is_same_text
        case "numbers":
            is_same = numbers_in(before) == numbers_in(after)
        case "off":
            is_same = True
    if not is_same:
        yield f"another answer: {after.strip()!r}, the golden one says {before.strip()!r}"


def _most_blocks(trial: Trial) -> Iterator[str]:
    if trial.changed_blocks_percent >= trial.thresholds.blocks_percent:
        yield from _changed_blocks(trial)


def _some_blocks(trial: Trial) -> Iterator[str]:
    if trial.changed_blocks_percent < trial.thresholds.blocks_percent:
        yield from _changed_blocks(trial)


def _changed_blocks(trial: Trial) -> Iterator[str]:
    for block in trial.comparison.answers.blocks:
        if block.mark in _ADDED_OR_REMOVED:
            title = "" if block.title is None else f" {block.title!r}"
            change = "added" if block.mark is Mark.ADDED else "removed"
            yield f"a block was {change}: {block.kind}{title}"


def _too_many_values(trial: Trial) -> Iterator[str]:
    if _values_grade(trial) is Grade.FAIL:
        yield _changed_values(trial)


def _some_values(trial: Trial) -> Iterator[str]:
    if _values_grade(trial) is Grade.WARN:
        yield _changed_values(trial)


def _values_grade(trial: Trial) -> Grade:
    changed, every = trial.changed_cells
    allowed = trial.thresholds.values_percent
    if not changed or (allowed is not None and 100 * changed <= allowed * every):
        return Grade.PASS
    return Grade.WARN if allowed is None and trial.mode is Mode.RERUN else Grade.FAIL


def _changed_values(trial: Trial) -> str:
    changed, every = trial.changed_cells
    blocks = ", ".join(
        block.title or block.kind
        for block in trial.comparison.answers.blocks
        if block.cells.changed_count
    )
    return f"{changed} of {every} cells differ ({100 * changed / every:.3g} %), in: {blocks}"


def _references(trial: Trial) -> Iterator[str]:
    answers, changed = trial.comparison.answers, trial.changed_references_percent
    if changed > trial.thresholds.references_percent:
        added, removed = len(answers.references_added), len(answers.references_removed)
        yield f"references changed by {changed:.3g} %: {added} added, {removed} removed"


def _divergence(trial: Trial) -> Iterator[str]:
    divergence = trial.divergence
    if divergence and divergence.kind in {DivergenceClass.PATH, DivergenceClass.DATA}:
        yield f"the events differ ({divergence.kind}): {divergence.sentence}"


def _statuses(trial: Trial) -> tuple[str, str]:
    return status_of(trial.comparison.a), status_of(trial.comparison.b)


def _is_better(before: str, after: str) -> bool:
    return before in _RANKS and after in _RANKS and _RANKS[after] < _RANKS[before]


RULES: Final = (
    Rule(
        "status-worse",
        Grade.FAIL,
        "it ended worse: success is better than degraded, and that than partial; every other "
        "change of the end is for the worse, also between answered and rejected",
        _worse_status,
    ),
    Rule("no-answer", Grade.FAIL, "it failed, was cancelled, or could not go on", _no_answer),
    Rule(
        "calls-changed",
        Grade.FAIL,
        "a call was added or removed, or asks otherwise; of equal calls each counts",
        changed_calls,
    ),
    Rule("call-failed", Grade.FAIL, "a call did not answer that did", failing_calls),
    Rule("plan", Grade.FAIL, "another plan was executed", _plan),
    Rule("route", Grade.FAIL, "another route was taken", _route),
    Rule("answer", Grade.FAIL, "the text of the answer differs (`answer`)", _answer),
    Rule(
        "blocks",
        Grade.FAIL,
        "so many blocks (by kind and title) were added or removed (`blocks_percent`)",
        _most_blocks,
    ),
    Rule(
        "values",
        Grade.FAIL,
        "more cells of the blocks differ than may (`values_percent`)",
        _too_many_values,
    ),
    Rule("status-better", Grade.WARN, "it ended better", _better_status),
    Rule(
        "call-recovered",
        Grade.WARN,
        "a call answered that did not",
        calls_that_came_back,
    ),
    Rule(
        "some-blocks",
        Grade.WARN,
        "fewer blocks than that were added or removed",
        _some_blocks,
    ),
    Rule(
        "some-values",
        Grade.WARN,
        "cells of the blocks differ, in a rerun whose golden run does not say how many may",
        _some_values,
    ),
    Rule(
        "references",
        Grade.WARN,
        "more references were added or removed than may be (`references_percent`)",
        _references,
    ),
    Rule(
        "duration",
        Grade.WARN,
        "a call of a rerun took much longer (`duration_factor`, `duration_ms`)",
        slow_calls,
    ),
)
"""Every rule but `REST`, by weight."""

REST: Final = Rule(
    "events",
    Grade.WARN,
    "no other rule found anything, and yet the events differ in more than timing or versions, as "
    "`run verify` tells, or `run compare` after a rerun",
    _divergence,
)
"""The rule for what no other one sees."""
