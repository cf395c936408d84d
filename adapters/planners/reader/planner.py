"""The planner that reads questions into queries."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from adapters.planners.reader.alternatives import of_both
from adapters.planners.reader.chart import TooManyMeanings
from adapters.planners.reader.choosing import CannotBe, Meaning, SeveralMeanings, chosen
from adapters.planners.reader.direct_answers import refusal, small_talk, without_politeness
from adapters.planners.reader.following import follow_up
from adapters.planners.reader.misread import ambiguous, impossible, misread
from adapters.planners.reader.reading import Reading, read
from adapters.planners.reader.spelling import respelt
from adapters.planners.reader.used_words import used_words
from adapters.planners.reader.words import Words, with_own, words_of
from domain.estate.phrases import normalised
from domain.plan.compiled import NoPlan, plan_of
from domain.plan.intent import PlanOutputKind
from domain.plan.look_ups import LookUps
from domain.plan.plan import DirectAnswerPayload, Plan, PlanOutput, RejectPayload
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.query.in_words import in_words
from domain.redaction.marks import without_marks
from domain.threads import in_thread

if TYPE_CHECKING:
    from pydantic import JsonValue

_LANGUAGE: Final = "en"
_SURE, _DOUBTED, _LEAST = 1.0, 0.9, 0.5
_CHOSEN_COST = 0.05


class ReaderPlanner:
    """Reads a question into a query by words and a grammar, and makes the query a plan.

    It never answers another question than the one asked: every word is used, or the question is
    not understood. Confidence falls with what was corrected or chosen.
    """

    name = "reader"

    @property
    def version(self) -> str:
        """A digest of the grammar and its words: another reading is another version."""
        return _version()

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        """See `Planner`."""
        # In a thread of its own, as it looks up words in the estate.
        return await in_thread(planned, question, context)


@cache
def _version() -> str:
    digest = sha256()
    for path in sorted(Path(__file__).parent.rglob("*.*")):
        if path.suffix in (".py", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def planned(question: str, context: PlanningContext) -> PlanOutput:
    """Return the plan, answer or refusal for a question. Raises `QuestionNotUnderstood`."""
    text = normalised(without_marks(question))
    if answer := small_talk(text) or _several_small_talk(question):
        return _direct(answer)
    items = context.look_ups.words().items
    if refused := refusal(without_politeness(text), items=items):
        return _rejected(refused.policy, refused.reason)
    words = with_own(words_of(_LANGUAGE), context.words)
    text = without_marks(question)
    output = _output(question, meaning := _meant(text, context, words))
    if not context.explains:
        return output
    return output.model_copy(
        update={
            "metadata": {**output.metadata, "words": _words_used(text, meaning, context, words)}
        }
    )


def _words_used(
    question: str, meaning: Meaning, context: PlanningContext, words: Words
) -> "list[JsonValue]":
    first = read(question, context.look_ups, context.now, words)
    for reading, _ in respelt(first, context.look_ups, context.now, words):
        if used := used_words(reading, meaning.query):
            return [[*each] for each in used]
    return []


def _meant(question: str, context: PlanningContext, words: Words) -> Meaning:
    look_ups, now = context.look_ups, context.now
    if context.followed is None:
        return meant(question, look_ups, now, context.words)
    with _refusing(question):
        found, reading = follow_up(question, context.followed, look_ups, now, words)
    if found is not None:
        return found
    try:
        return meant(question, look_ups, now, context.words)
    except QuestionNotUnderstood as error:
        raise misread(question, reading, look_ups, now, words, is_after=True) from error


@contextmanager
def _refusing(question: str) -> Iterator[None]:
    try:
        yield
    except SeveralMeanings as error:
        raise ambiguous(question, error) from error
    except (CannotBe, TooManyMeanings) as error:
        raise impossible(question, error) from error


def _several_small_talk(question: str) -> str | None:
    answers = [small_talk(normalised(part)) for part in question.split(" / ")]
    return answers[0] if all(answers) else None


def meant(
    question: str, look_ups: LookUps, now: datetime, own: Mapping[str, str] = MappingProxyType({})
) -> Meaning:
    """Return what a question means, where a tenant has own words. Raises `QuestionNotUnderstood`."""
    words = with_own(words_of(_LANGUAGE), own)
    if both := of_both(
        question,
        lambda text: meant(text, look_ups, now, own),
        lambda text: read(text, look_ups, now, words),
    ):
        return both
    with _refusing(question):
        first = read(question, look_ups, now, words)
        for reading, notes in respelt(first, look_ups, now, words):
            meaning = chosen(reading.meanings(), look_ups, now)
            if meaning is not None:
                return Meaning(meaning.query, meaning.cost, (*notes, *meaning.notes))
    raise misread(question, first, look_ups, now, words)


def _output(question: str, meaning: Meaning) -> PlanOutput:
    reading = in_words(meaning.query)
    try:
        plan = plan_of(meaning.query)
    except NoPlan as error:
        raise QuestionNotUnderstood(question, why=str(error), examples=()) from error
    notes = list(dict.fromkeys(meaning.notes))
    return PlanOutput(
        kind=PlanOutputKind.PLAN,
        plan=_told(plan, question, reading, notes),
        confidence=_confidence(notes),
        reasoning=". ".join([f"Read as: {reading}", *notes]),
        metadata={"kind": "query", "entities": _entities(meaning)},
    )


def _told(plan: Plan, question: str, reading: str, notes: list[str]) -> Plan:
    """Return the plan with what the answer says of how the question was read, if it chose."""
    told = {"normalized_from": question, "normalized_to": reading, "choices": notes}
    return plan.model_copy(update=told)


def _confidence(notes: list[str]) -> float:
    return max(_LEAST, _SURE - (_SURE - _DOUBTED) * len(notes))


def _entities(meaning: Meaning) -> "dict[str, JsonValue]":
    """Return the items that are named, and the kinds of records that are asked for."""
    kinds = [str(members.kind) for ask in meaning.query.asks for members in ask.of]
    return {"kinds": [*dict.fromkeys(kinds)]}


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


__all__ = ["ReaderPlanner", "Reading", "meant", "planned"]
