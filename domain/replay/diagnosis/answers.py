"""Rules about an answer that may mislead: incomplete, empty, old, adjusted or unsure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from domain.replay.diagnosis.case import Case, Finding, named, versions
from domain.replay.record.recording import anchor_of
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import PlanProduced, PlanValidated, ResponseComposed
from domain.views.diagnosis import Confidence

OLD: Final = timedelta(hours=1)
"""Data that end this long before the question are said to be old."""

UNSURE: Final = 0.5
"""Answers of less confidence than this are said to be unsure."""


def incomplete_result(case: Case) -> Iterator[Finding]:
    """A tool said that its result is cut, limited, or leaves something out."""
    for call in case.calls:
        if isinstance(call.end, ToolCallSucceeded) and call.end.warnings:
            sentence = f"{named(call)} said: {'; '.join(call.end.warnings)}."
            yield Finding(sentence, versions(call), case.command("trace"))


def empty_result(case: Case) -> Iterator[Finding]:
    """A call found nothing; when none found anything, that is why the answer is empty."""
    counts = [
        (call, call.end.row_count)
        for call in case.calls
        if isinstance(call.end, ToolCallSucceeded)
    ]
    empty = [call for call, count in counts if count == 0]
    if empty:
        is_all = len(empty) == len(counts)
        rest = ", and no other call answered" if is_all else ""
        yield Finding(
            f"{', '.join(map(named, empty))} found nothing{rest}.",
            versions(*empty),
            case.command("trace"),
            Confidence.LIKELY if is_all else Confidence.POSSIBLE,
        )


def old_data(case: Case) -> Iterator[Finding]:
    """The run looked at data that end long before it was asked."""
    anchor = anchor_of(case.entries)
    age = datetime.fromisoformat(case.entries[0].envelope.recorded_at) - anchor
    if age >= OLD:
        yield Finding(
            f"The data end {age.total_seconds() / 3600:.1f} hours before the question: "
            f"relative times count back from {anchor.isoformat()}.",
            tuple(version for version, _ in case.all(PlanProduced))[:1],
            "opstrail estate summary",
        )


def plan_adjusted(case: Case) -> Iterator[Finding]:
    """The validation changed what the plan asked for."""
    for version, event in case.all(PlanValidated):
        for each in event.decisions:
            if each.requested != each.effective:
                change = f"{each.field} from {each.requested} to {each.effective}: {each.why}"
                sentence = f"The validation changed {change}."
                yield Finding(sentence, (version,), case.command("trace"))


def unsure_answer(case: Case) -> Iterator[Finding]:
    """The answer has little confidence in itself."""
    for version, event in case.all(ResponseComposed):
        if event.confidence < UNSURE:
            reasons = "; ".join(event.confidence_reasons) or "it does not say why"
            sentence = f"The answer's confidence is {event.confidence:g}: {reasons}."
            yield Finding(sentence, (version,), case.command("response"))
