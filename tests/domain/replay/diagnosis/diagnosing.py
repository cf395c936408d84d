"""Runs to diagnose, and what the diagnosis says of them."""

from collections.abc import Sequence

from domain.replay.compare.compare import compare
from domain.replay.diagnosis.case import Case, EstateChange
from domain.replay.diagnosis.diagnose import diagnose
from domain.run.events import RunEvent
from domain.views.diagnosis import Hypothesis, Remark
from tests.domain.run.envelopes import entries


def case_of(
    events: Sequence[RunEvent],
    *,
    step_ms: int = 1,
    last_good: Sequence[RunEvent] | None = None,
    changes: Sequence[EstateChange] = (),
) -> Case:
    """Return the case of a run whose events come `step_ms` after each other."""
    history = entries(events, step_ms=step_ms)
    good = None if last_good is None else compare(entries(last_good, step_ms=1), history)
    before = [] if last_good is None else entries(last_good, step_ms=1)
    return Case(history, since_last_good=good, last_good=before, changes=changes)


def rules_of(case: Case) -> list[str]:
    """Return the rules that fire."""
    return [hypothesis.rule for hypothesis in diagnose(case).hypotheses]


def notes_of(case: Case) -> list[str]:
    """Return the rules that find what is worth knowing."""
    return [note.rule for note in diagnose(case).notes]


def noted(case: Case, rule: str) -> Remark:
    """Return what the one rule notes that is asked for."""
    (note,) = (each for each in diagnose(case).notes if each.rule == rule)
    return note


def found(case: Case, rule: str) -> Hypothesis:
    """Return what the one rule says that is asked for."""
    (hypothesis,) = (each for each in diagnose(case).hypotheses if each.rule == rule)
    return hypothesis
