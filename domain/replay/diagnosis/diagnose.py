"""The diagnosis of a run: every rule, and the most certain reasons first."""

from collections.abc import Callable, Iterable
from typing import Final

from domain.replay.diagnosis import answers, ends, failed_calls, surroundings, time_taken
from domain.replay.diagnosis.case import Case, Finding
from domain.views.diagnosis import Confidence, Diagnosis, Hypothesis

_CERTAIN, _LIKELY, _POSSIBLE = Confidence

RULES: Final[tuple[tuple[str, Confidence, Callable[[Case], Iterable[Finding]]], ...]] = (
    ("rejected", _CERTAIN, ends.rejected),
    ("cancelled", _CERTAIN, ends.cancelled),
    ("out-of-time", _CERTAIN, ends.out_of_time),
    ("call-failed", _CERTAIN, failed_calls.call_failed),
    ("calls-skipped", _CERTAIN, failed_calls.calls_skipped),
    ("stage-failed", _CERTAIN, ends.stage_failed),
    ("unfinished", _CERTAIN, ends.unfinished),
    ("worker-lost", _CERTAIN, ends.worker_lost),
    ("slowest-path", _CERTAIN, time_taken.slowest_path),
    ("slow-stage", _CERTAIN, time_taken.slow_stage),
    ("differs-from-last-good", _LIKELY, surroundings.differs_from_last_good),
    ("changed-estate", _POSSIBLE, surroundings.changed_estate),
    ("held-back", _LIKELY, failed_calls.held_back),
    ("tried-again", _LIKELY, failed_calls.tried_again),
    ("fallback-answered", _LIKELY, failed_calls.fallback_answered),
    ("slow-call", _LIKELY, time_taken.slow_call),
    ("slower-than-last-good", _LIKELY, surroundings.slower_than_last_good),
    ("empty-result", _POSSIBLE, answers.empty_result),
    ("incomplete-result", _LIKELY, answers.incomplete_result),
    ("old-data", _LIKELY, answers.old_data),
    ("plan-adjusted", _POSSIBLE, answers.plan_adjusted),
    ("unsure-answer", _POSSIBLE, answers.unsure_answer),
    ("fewer-references", _POSSIBLE, surroundings.fewer_references),
)
"""Each rule with its name and how sure it is; those that are as sure are listed in this order."""

_ORDER: Final = {confidence: place for place, confidence in enumerate(Confidence)}


def diagnose(case: Case) -> Diagnosis:
    """Return what every rule says of the run."""
    found = [
        Hypothesis(
            rule=name,
            confidence=finding.confidence or confidence,
            sentence=finding.sentence,
            evidence=finding.evidence,
            next_step=finding.next_step,
        )
        for name, confidence, rule in RULES
        for finding in rule(case)
    ]
    found.sort(key=lambda hypothesis: _ORDER[hypothesis.confidence])
    return Diagnosis(case.summary, found)
