"""Rules about an answer that may mislead: incomplete, empty, old, adjusted or unsure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from domain.replay.diagnosis.case import Case, named, versions
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import PlanProduced, PlanValidated, ResponseComposed
from domain.views.diagnosis import Confidence, Hypothesis

OLD: Final = timedelta(hours=1)
"""Data that end this long before the question are said to be old."""

UNSURE: Final = 0.5
"""Answers of less confidence than this are said to be unsure."""


def incomplete_result(case: Case) -> Iterator[Hypothesis]:
    """A tool said that its result is cut, limited, or leaves something out."""
    for call in case.calls:
        if isinstance(call.end, ToolCallSucceeded) and call.end.warnings:
            yield Hypothesis(
                rule="incomplete-result",
                confidence=Confidence.LIKELY,
                sentence=f"{named(call)} said: {'; '.join(call.end.warnings)}.",
                evidence=versions(call),
                next_step=f"opstrail run trace {case.name}",
            )


def empty_result(case: Case) -> Iterator[Hypothesis]:
    """A call found nothing; when none found anything, that is why the answer is empty."""
    answered = {
        call.call_id: call.end for call in case.calls if isinstance(call.end, ToolCallSucceeded)
    }
    empty = [
        call
        for call in case.calls
        if call.call_id in answered and answered[call.call_id].row_count == 0
    ]
    if empty:
        names = ", ".join(map(named, empty))
        is_all = len(empty) == len(answered)
        yield Hypothesis(
            rule="empty-result",
            confidence=Confidence.LIKELY if is_all else Confidence.POSSIBLE,
            sentence=f"{names} found nothing{', and no other call answered' if is_all else ''}.",
            evidence=versions(*empty),
            next_step=f"opstrail run trace {case.name}",
        )


def old_data(case: Case) -> Iterator[Hypothesis]:
    """The run looked at data that end long before it was asked."""
    asked = datetime.fromisoformat(case.entries[0].envelope.recorded_at)
    age = asked - case.anchored_at()
    if age >= OLD:
        evidence = (version for version, event in case.events() if isinstance(event, PlanProduced))
        yield Hypothesis(
            rule="old-data",
            confidence=Confidence.LIKELY,
            sentence=f"The data end {age.total_seconds() / 3600:.1f} hours before the question: "
            f"relative times count back from {case.anchored_at().isoformat()}.",
            evidence=tuple(evidence)[:1],
            next_step="opstrail estate summary",
        )


def plan_adjusted(case: Case) -> Iterator[Hypothesis]:
    """The validation changed what the plan asked for."""
    for version, event in case.events():
        if isinstance(event, PlanValidated):
            changed = [each for each in event.decisions if each.requested != each.effective]
            for each in changed:
                yield Hypothesis(
                    rule="plan-adjusted",
                    confidence=Confidence.POSSIBLE,
                    sentence=f"The validation changed {each.field} from {each.requested} to "
                    f"{each.effective}: {each.why}.",
                    evidence=(version,),
                    next_step=f"opstrail run trace {case.name}",
                )


def unsure_answer(case: Case) -> Iterator[Hypothesis]:
    """The answer has little confidence in itself."""
    for version, event in case.events():
        if isinstance(event, ResponseComposed) and event.confidence < UNSURE:
            reasons = "; ".join(event.confidence_reasons) or "it does not say why"
            yield Hypothesis(
                rule="unsure-answer",
                confidence=Confidence.POSSIBLE,
                sentence=f"The answer's confidence is {event.confidence:g}: {reasons}.",
                evidence=(version,),
                next_step=f"opstrail run response {case.name}",
            )
