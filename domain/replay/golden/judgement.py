"""The judgement of a run by a golden one: PASS, WARN or FAIL, with every reason."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.replay.golden import rules_of_calls as calls
from domain.replay.golden import rules_of_runs as runs
from domain.replay.golden.trial import Trial
from domain.views.golden import Grade, Judgement, Reason


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name: what it grades a run with, when, and the sentences of what it finds."""

    name: str
    grade: Grade
    about: str
    found: Callable[[Trial], Iterable[str]]


RULES: Final = (
    Rule(
        "status-worse",
        Grade.FAIL,
        "it ended worse: success is better than degraded, and that than partial; every other "
        "change of the end is for the worse, also between answered and rejected",
        runs.worse_status,
    ),
    Rule(
        "no-answer",
        Grade.FAIL,
        "it failed, was cancelled, or could not go on",
        runs.no_answer,
    ),
    Rule(
        "calls-changed",
        Grade.FAIL,
        "a call was added or removed, or asks otherwise; of equal calls each counts",
        calls.changed_calls,
    ),
    Rule("call-failed", Grade.FAIL, "a call did not answer that did", calls.failing_calls),
    Rule("plan", Grade.FAIL, "another plan was executed", runs.another_plan),
    Rule(
        "planner",
        Grade.FAIL,
        "the planner makes another plan of what it looked up then, as `run verify` tells",
        runs.other_planning,
    ),
    Rule("route", Grade.FAIL, "another route was taken", runs.another_route),
    Rule(
        "answer",
        Grade.FAIL,
        "the text of the answer differs (`answer`)",
        runs.another_answer,
    ),
    Rule(
        "blocks",
        Grade.FAIL,
        "so many blocks (by kind and title) were added or removed (`blocks_percent`)",
        runs.most_blocks,
    ),
    Rule(
        "values",
        Grade.FAIL,
        "more cells of the blocks differ than may (`values_percent`)",
        runs.too_many_values,
    ),
    Rule("status-better", Grade.WARN, "it ended better", runs.better_status),
    Rule(
        "call-recovered",
        Grade.WARN,
        "a call answered that did not",
        calls.calls_that_came_back,
    ),
    Rule(
        "some-blocks",
        Grade.WARN,
        "fewer blocks than that were added or removed",
        runs.some_blocks,
    ),
    Rule(
        "some-values",
        Grade.WARN,
        "cells of the blocks differ, in a rerun whose golden run does not say how many may",
        runs.some_values,
    ),
    Rule(
        "references",
        Grade.WARN,
        "more references were added or removed than may be (`references_percent`)",
        runs.changed_references,
    ),
    Rule(
        "duration",
        Grade.WARN,
        "a call of a rerun took much longer (`duration_factor`, `duration_ms`)",
        calls.slow_calls,
    ),
)
"""Every rule but `REST` and `NOT_DRIVEN`, by weight."""

REST: Final = Rule(
    "events",
    Grade.WARN,
    "no other rule found anything, and yet the events differ in more than timing or versions, as "
    "`run verify` tells, or `run compare` after a rerun: a reason for each cause",
    runs.other_events,
)
"""The rule for what no other one sees."""

NOT_DRIVEN: Final = Rule(
    "not-driven",
    Grade.WARN,
    "in a verification the planner could not be asked again, so its plan was taken as recorded",
    runs.planning_not_driven,
)
"""The rule for what a verification does not cover, whatever else was found."""


def judge(trial: Trial) -> Judgement:
    """Return the judgement by all rules; the heaviest that finds something gives the grade."""
    reasons = tuple(reason for rule in RULES for reason in _reasons(rule, trial))
    reasons = reasons or tuple(_reasons(REST, trial))
    reasons += tuple(_reasons(NOT_DRIVEN, trial))
    return Judgement(reasons[0].grade if reasons else Grade.PASS, reasons)


def judge_wrong(trial: Trial, right: Sequence[Trial]) -> Judgement:
    """Return the judgement by a run whose answer is wrong.

    `right` are the trials of the same candidate by the runs whose answers are right.
    """
    for sentence in runs.no_answer(trial):
        return _judged("no-answer", Grade.FAIL, sentence)
    if any(_first_difference(each) is None for each in right):
        return Judgement(Grade.PASS, ())
    difference = _first_difference(trial)
    if difference is None:
        said = "the answer is still the one that was kept as wrong"
        return _judged("still-wrong", Grade.FAIL, said)
    unknown = f"{difference}; no run of this question with this answer is flagged as right"
    return _judged("changed", Grade.WARN, unknown)


def _first_difference(trial: Trial) -> str | None:
    """Return how the answers first differ, in their texts or in their blocks."""
    rules = (runs.another_answer, runs.most_blocks, runs.some_blocks)
    values = (runs.too_many_values, runs.some_values)
    return next((said for rule in (*rules, *values) for said in rule(trial)), None)


def _judged(rule: str, grade: Grade, sentence: str) -> Judgement:
    return Judgement(grade, (Reason(rule, grade, sentence),))


def not_checked(why: str) -> Judgement:
    """Return the judgement of a golden run that cannot be checked: it fails."""
    return Judgement(Grade.FAIL, (Reason("not-checked", Grade.FAIL, why),))


def _reasons(rule: Rule, trial: Trial) -> Iterator[Reason]:
    return (Reason(rule.name, rule.grade, sentence) for sentence in rule.found(trial))
