"""The diagnosis of a run: what every rule says, direct evidence first."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Final, NamedTuple

from domain.replay.diagnosis import (
    answers,
    counterpart,
    ends,
    failed_calls,
    results,
    surroundings,
    time_taken,
)
from domain.replay.diagnosis.case import Case, Finding
from domain.views.diagnosis import Confidence, Diagnosis, Hypothesis, Remark, verdict_of

_CERTAIN, _LIKELY, _POSSIBLE = Confidence


class Evidence(IntEnum):
    """How near the evidence of a rule is to the run: the nearer, the earlier it is told.

    What is around a run is no reason for anything by itself: where nothing else is found that it
    may be behind, it is a note.
    """

    OWN_RECORD = 1
    COUNTERPART = 2
    SURROUNDINGS = 3


class Rule(NamedTuple):
    """A rule: its name, where its evidence is, how sure it is, and what it finds in a case."""

    name: str
    evidence: Evidence
    confidence: Confidence
    finds: Callable[[Case], Iterable[Finding]]


_OWN, _OTHER, _AROUND = Evidence

RULES: Final = (
    Rule("rejected", _OWN, _CERTAIN, ends.rejected),
    Rule("cancelled", _OWN, _CERTAIN, ends.cancelled),
    Rule("call-failed", _OWN, _CERTAIN, failed_calls.call_failed),
    Rule("out-of-time", _OWN, _CERTAIN, ends.out_of_time),
    Rule("stage-failed", _OWN, _CERTAIN, ends.stage_failed),
    Rule("calls-skipped", _OWN, _CERTAIN, failed_calls.calls_skipped),
    Rule("cancelled", _OWN, _CERTAIN, ends.cancelled_then),
    Rule("unfinished", _OWN, _CERTAIN, ends.unfinished),
    Rule("worker-lost", _OWN, _CERTAIN, ends.worker_lost),
    Rule("patched", _OWN, _CERTAIN, results.patched),
    Rule("replaced-result", _OWN, _CERTAIN, results.replaced_result),
    Rule("fallback-answered", _OWN, _CERTAIN, failed_calls.fallback_answered),
    Rule("erased-result", _OWN, _CERTAIN, results.erased_result),
    Rule("empty-result", _OWN, _LIKELY, results.empty_result),
    Rule("stale-data", _OWN, _LIKELY, results.stale_data),
    Rule("plan-adjusted", _OWN, _LIKELY, answers.plan_adjusted),
    Rule("incomplete-result", _OWN, _LIKELY, results.incomplete_result),
    Rule("tool-said", _OWN, _LIKELY, results.tool_said),
    Rule("waited", _OWN, _CERTAIN, time_taken.waited),
    Rule("waited", _OWN, _CERTAIN, time_taken.held_up),
    Rule("slowest-path", _OWN, _CERTAIN, time_taken.slowest_path),
    Rule("slow-stage", _OWN, _CERTAIN, time_taken.slow_stage),
    Rule("slow-call", _OWN, _LIKELY, time_taken.slow_call),
    Rule("held-back", _OWN, _LIKELY, failed_calls.held_back),
    Rule("unsure-answer", _OWN, _POSSIBLE, answers.unsure_answer),
    Rule("flagged-wrong", _OWN, _CERTAIN, answers.flagged_wrong),
    Rule("differs-from-last-good", _OTHER, _LIKELY, counterpart.differs_from_last_good),
    Rule("slower-than-last-good", _OTHER, _LIKELY, counterpart.slower_than_last_good),
    Rule("fewer-references", _OTHER, _POSSIBLE, counterpart.fewer_references),
    Rule("changed-estate", _AROUND, _POSSIBLE, surroundings.changed_estate),
    Rule("resumed", _OWN, _CERTAIN, ends.resumed_since),
    Rule("tried-again", _OWN, _CERTAIN, failed_calls.tried_again),
    Rule("clock-went-back", _OWN, _CERTAIN, time_taken.clock_went_back),
    Rule("old-data", _OWN, _CERTAIN, answers.old_data),
)
"""Each rule; what is as near is told in this order."""


_OF_THE_ESTATE: Final = frozenset(
    {
        *("call-failed", "empty-result", "stale-data", "flagged-wrong"),
        *("differs-from-last-good", "fewer-references"),
    }
)
"""What a change in the estate may be behind."""


def diagnose(case: Case) -> Diagnosis:
    """Return what every rule says of the run."""
    found = [(rule, finding) for rule in RULES for finding in rule.finds(case)]
    reasons = sorted(
        ((rule, finding) for rule, finding in found if not finding.is_note),
        key=lambda each: each[0].evidence,
    )
    notes = [each for each in found if each[1].is_note]
    if not any(rule.name in _OF_THE_ESTATE for rule, _ in reasons):
        notes = [*(each for each in reasons if each[0].evidence is _AROUND), *notes]
        reasons = [each for each in reasons if each[0].evidence is not _AROUND]
    hypotheses = [_hypothesis(rule, finding) for rule, finding in reasons]
    remarks = [_remark(rule, finding) for rule, finding in notes]
    return Diagnosis(case.summary, hypotheses, verdict_of(hypotheses), remarks)


def _hypothesis(rule: Rule, finding: Finding) -> Hypothesis:
    return Hypothesis(
        rule=rule.name,
        confidence=finding.confidence or rule.confidence,
        sentence=finding.sentence,
        evidence=finding.evidence,
        next_step=finding.next_step,
    )


def _remark(rule: Rule, finding: Finding) -> Remark:
    return Remark(
        rule=rule.name,
        sentence=finding.sentence,
        evidence=finding.evidence,
        next_step=finding.next_step,
    )
