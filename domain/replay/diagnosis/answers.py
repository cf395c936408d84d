"""Rules about an answer as a whole: adjusted, unsure, doubted, or of old data."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from domain.replay.diagnosis.case import Case, Finding
from domain.replay.diagnosis.next_steps import look
from domain.replay.record.recording import anchor_of
from domain.run.events import PlanProduced, PlanValidated, ResponseComposed
from domain.run.note_events import RunFlagged

OLD: Final = timedelta(hours=1)
"""Data that end this long before the question are said to be old."""

UNSURE: Final = 0.5
"""Answers of less confidence than this are said to be unsure."""

_AS_ASKED: Final = "user_requested_depth"
"""Keeps what was asked for where it was changed: no change itself."""


def plan_adjusted(case: Case) -> Iterator[Finding]:
    """The validation changed what the plan asked for."""
    for version, event in case.all(PlanValidated)[-1:]:
        changes = [
            f"{each.field} from {each.requested} to {each.effective} ({each.why})"
            for each in event.decisions
            if each.requested != each.effective and not each.field.endswith(_AS_ASKED)
        ]
        if changes:
            sentence = f"The validation changed {'; '.join(changes)}."
            yield Finding(sentence, (version,), look(case, "trace"))


def unsure_answer(case: Case) -> Iterator[Finding]:
    """The answer has little confidence in itself."""
    for version, event in case.all(ResponseComposed)[-1:]:
        if event.confidence < UNSURE:
            reasons = "; ".join(event.confidence_reasons) or "it does not say why"
            sentence = f"The answer's confidence is {event.confidence:g}: {reasons}."
            yield Finding(sentence, (version,), look(case, "response"))


def flagged_wrong(case: Case) -> Iterator[Finding]:
    """A person thinks that the answer is wrong, and it is the last word on it."""
    for version, event in case.all(RunFlagged)[-1:]:
        if event.verdict == "wrong":
            actor = case.entries[version - 1].envelope.actor
            sentence = f"{actor.kind} {actor.id} flagged the answer as wrong{event.remark}."
            yield Finding(sentence, (version,), look(case, "trace"))


def old_data(case: Case) -> Iterator[Finding]:
    """The run was asked to look at data that end long before the question."""
    anchor = anchor_of(case.entries)
    age = datetime.fromisoformat(case.entries[0].envelope.recorded_at) - anchor
    if age >= OLD:
        yield Finding(
            "Relative times count back from the newest data, as asked: from "
            f"{anchor.isoformat()}, {age.total_seconds() / 3600:.1f} hours before the question.",
            tuple(version for version, _ in case.all(PlanProduced))[:1],
            "opstrail estate summary",
            is_note=True,
        )
