"""The planner that turns questions into plans by rules, without a model."""

from typing import TYPE_CHECKING

from adapters.planners.rules.catalogue import KINDS
from adapters.planners.rules.direct_answers import refusal, small_talk, without_politeness
from adapters.planners.rules.documents import document_search
from adapters.planners.rules.kind import Draft
from adapters.planners.rules.lexicon import Lexicon, lexicon_of
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.misunderstanding import misunderstood
from adapters.planners.rules.question import Reading, read
from domain.estate.phrases import normalised
from domain.plan.intent import PlanOutputKind
from domain.plan.plan import DirectAnswerPayload, PlanOutput, RejectPayload
from domain.plan.planner import PlanningContext
from domain.redaction.marks import without_marks
from domain.threads import in_thread

if TYPE_CHECKING:
    from pydantic import JsonValue

_SURE, _UNKNOWN_ITEM = 1.0, 0.7


class RulesPlanner:
    """Plans by rules alone: the same question over the same estate always gives the same plan.

    It never answers another question than the one asked: a word that it does not know, or that the
    plan would not carry, makes the question not understood. Confidence is 1, or 0.7 when a code is
    not one of the estate.
    """

    name = "rules"
    version = "1"

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        """See `Planner`."""
        # In a thread of its own, as it looks up the names of items in the estate.
        return await in_thread(_plan, question, context)


def _plan(question: str, context: PlanningContext) -> PlanOutput:
    text = normalised(without_marks(question))
    if answer := small_talk(text):
        return _direct(answer)
    lexicon = lexicon_of(context.look_ups, text)
    # Before anything is understood: "show passwords" would read as a search for items.
    if refused := refusal(without_politeness(text), items=lexicon.items):
        return _rejected(refused.policy, refused.reason)
    return _planned(question, without_politeness(text), context, lexicon=lexicon)


def _planned(
    question: str, text: str, context: PlanningContext, *, lexicon: Lexicon
) -> PlanOutput:
    if draft := document_search(text, lexicon):
        return _output(question, draft, name="documents", reading=None)
    first = read(text, context, lexicon=lexicon)
    if first.unknown:
        raise misunderstood(question, first)
    # A word may name an item and mean something else, too; each reading is tried as a whole.
    for reading in (first, read(text, context, lexicon=lexicon, items_first=True)):
        for kind in KINDS:
            if draft := kind.draft(reading):
                return _output(question, draft, name=kind.name, reading=reading)
    raise misunderstood(question, first)


def _output(question: str, draft: Draft, *, name: str, reading: Reading | None) -> PlanOutput:
    entities = _entities(reading) if reading else {}
    found = ", ".join(f"{slot} {', '.join(map(str, values))}" for slot, values in entities.items())
    is_sure = reading is None or all(mention.is_known for mention in reading.mentions)
    listed: dict[str, JsonValue] = {slot: list(values) for slot, values in entities.items()}
    named = {"normalized_from": question, "normalized_to": draft.phrase}
    return PlanOutput(
        kind=PlanOutputKind.PLAN,
        plan=draft.plan.model_copy(update=named),
        confidence=_SURE if is_sure else _UNKNOWN_ITEM,
        reasoning=f"The question is of the kind {name!r}"
        + (f" and names {found}." if found else "."),
        metadata={"kind": name, "entities": listed},
    )


def _entities(reading: Reading) -> dict[str, list[str]]:
    entities: dict[str, list[str]] = {}
    for mention in reading.mentions:
        if mention.slot not in (Slot.FILL, Slot.CUE):
            entities.setdefault(str(mention.slot), []).append(mention.value or mention.text)
    return entities


def _direct(answer: str) -> PlanOutput:
    reasoning = "The question is small talk."
    return PlanOutput(
        kind=PlanOutputKind.DIRECT,
        direct_answer=DirectAnswerPayload(answer=answer, reasoning=reasoning),
        reasoning=reasoning,
        metadata={"kind": "small talk", "entities": {}},
    )


def _rejected(policy: str, reason: str) -> PlanOutput:
    reasoning = f"The request breaks the policy {policy!r}."
    return PlanOutput(
        kind=PlanOutputKind.REJECT,
        reject_payload=RejectPayload(reason=reason, policy=policy, reasoning=reasoning),
        reasoning=reasoning,
        metadata={"kind": "refusal", "entities": {}},
    )
