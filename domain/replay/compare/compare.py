"""Two runs side by side: what is the same, what is not, and where they first part."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from domain.json import JsonMap
from domain.replay.compare.answers import ComparedAnswers, answer_of, compared_answers
from domain.replay.compare.calls import ComparedCall, Mark, compared_calls
from domain.replay.compare.deltas import Delta, delta
from domain.replay.compare.divergence import first_divergence
from domain.replay.compare.ignore_rules import IgnoreRules
from domain.replay.compare.neutral import NeutralRun, erased_results
from domain.replay.compare.run_calls import run_calls
from domain.replay.compare.stages import ComparedStage, compared_stages
from domain.run.events import HistoryEntry, PlanProduced, PlanValidated
from domain.run.facts import PlanDecision
from domain.run.summary import RunSummary, summarise
from domain.views.json_patch import json_patch
from domain.views.verdict import Divergence, DivergenceClass

_NO_RULES = IgnoreRules()
_STILL_SAME = (None, DivergenceClass.VERSION, DivergenceClass.TIMING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Run B beside run A.

    `divergence` is the first place where B is not as A; what is cosmetic or ignored is none.
    `plan_patch` (RFC 6902) turns the plan that A executed into that of B. Decisions of the
    validation are listed that only one of the runs took.
    """

    a: RunSummary
    b: RunSummary
    is_same: bool
    verdict: str
    divergence: Divergence | None
    calls: list[ComparedCall]
    stages: list[ComparedStage]
    plan_patch: list[JsonMap]
    decisions_added: list[PlanDecision]
    decisions_removed: list[PlanDecision]
    answers: ComparedAnswers
    duration: Delta


def compare(
    a: Sequence[HistoryEntry], b: Sequence[HistoryEntry], *, ignore: IgnoreRules = _NO_RULES
) -> Comparison:
    """Return how the history of run B compares with that of run A; neither may be empty."""
    summary_a, summary_b = _summary(a), _summary(b)
    events_a, events_b = [entry.event for entry in a], [entry.event for entry in b]
    erased = erased_results([*events_a, *events_b])
    in_a, in_b = (NeutralRun(each, ignore, erased=erased) for each in (events_a, events_b))
    divergence = first_divergence(in_a.events(), in_b.events(), with_timing=True)
    answers = compared_answers(answer_of(a), answer_of(b), in_a=in_a, in_b=in_b)
    decisions_a, decisions_b = _decisions(a), _decisions(b)
    return Comparison(
        a=summary_a,
        b=summary_b,
        is_same=_is_same(divergence),
        verdict=_verdict(divergence, answers),
        divergence=divergence,
        calls=compared_calls(run_calls(a), run_calls(b), in_a=in_a, in_b=in_b),
        stages=compared_stages(a, b),
        plan_patch=json_patch(_plan(a), _plan(b)),
        decisions_added=[each for each in decisions_b if each not in decisions_a],
        decisions_removed=[each for each in decisions_a if each not in decisions_b],
        answers=answers,
        duration=delta(summary_a.duration_ms, summary_b.duration_ms),
    )


def mark_counts(calls: Sequence[ComparedCall]) -> dict[Mark, int]:
    """Return how many calls have each mark, of those that occur."""
    return {mark: count for mark in Mark if (count := sum(call.mark is mark for call in calls))}


def _is_same(divergence: Divergence | None) -> bool:
    return (divergence and divergence.kind) in _STILL_SAME


def _verdict(divergence: Divergence | None, answers: ComparedAnswers) -> str:
    if divergence is None:
        return "same"
    if _is_same(divergence):
        return f"same but for {divergence.kind}"
    answer = "same answer" if answers.is_same_text else "answer changed"
    return f"{answer}; first divergence ({divergence.kind}): {divergence.sentence}"


def _summary(entries: Sequence[HistoryEntry]) -> RunSummary:
    summary = summarise(entries)
    if summary is None:
        message = "a comparison needs two runs that have events"
        raise ValueError(message)
    return summary


def _plan(entries: Sequence[HistoryEntry]) -> JsonValue:
    """Return the plan that was executed, or else the one that was produced."""
    plan: JsonValue = None
    for entry in entries:
        match entry.event:
            case PlanProduced(plan_output=produced):
                plan = produced.get("plan", produced)
            case PlanValidated(plan=validated):
                plan = validated
            case _:
                pass
    return plan


def _decisions(entries: Sequence[HistoryEntry]) -> list[PlanDecision]:
    validated = [entry.event for entry in entries if isinstance(entry.event, PlanValidated)]
    return list(validated[-1].decisions) if validated else []
