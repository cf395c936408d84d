"""The diagnosis of a run: every rule, and the most certain reasons first."""

from collections.abc import Callable, Iterator
from typing import Final

from domain.replay.diagnosis import answers, ends, failed_calls, surroundings, time_taken
from domain.replay.diagnosis.case import Case
from domain.views.diagnosis import Confidence, Diagnosis, Hypothesis

Rule = Callable[[Case], Iterator[Hypothesis]]

RULES: Final[tuple[Rule, ...]] = (
    ends.rejected,
    ends.cancelled,
    ends.out_of_time,
    failed_calls.call_failed,
    failed_calls.calls_skipped,
    ends.stage_failed,
    ends.unfinished,
    ends.worker_lost,
    surroundings.differs_from_last_good,
    surroundings.changed_estate,
    failed_calls.held_back,
    failed_calls.tried_again,
    time_taken.slowest_path,
    time_taken.slow_stage,
    time_taken.slow_call,
    surroundings.slower_than_last_good,
    answers.empty_result,
    answers.incomplete_result,
    answers.old_data,
    answers.plan_adjusted,
    answers.unsure_answer,
    surroundings.fewer_references,
)
"""In the order in which reasons of equal confidence are listed."""

_ORDER: Final = {confidence: place for place, confidence in enumerate(Confidence)}


def diagnose(case: Case) -> Diagnosis:
    """Return what every rule says of the run."""
    found = [hypothesis for rule in RULES for hypothesis in rule(case)]
    return Diagnosis(
        case.summary, sorted(found, key=lambda hypothesis: _ORDER[hypothesis.confidence])
    )
