"""The planner that reads questions into queries."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from adapters.planners.reader.alternatives import of_both
from adapters.planners.reader.chart import TooManyMeanings
from adapters.planners.reader.choosing import CannotBe, Meaning, SeveralMeanings
from adapters.planners.reader.direct_answers import refusal, small_talk, without_politeness
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.plural import in_plural
from adapters.planners.reader.reading import Reading, read
from adapters.planners.reader.spelling import respelt
from adapters.planners.reader.words import with_own, words_of
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

    def words_begun(self, beginning: str) -> list[str]:
        """See `Planner`."""
        words = words_of(_LANGUAGE)
        known = {*words.phrases, *words.months, *words.weekdays, *words.candidates["classes"]}
        return sorted(each for each in known if each.startswith(beginning))

    async def plan(self, question: str, context: PlanningContext) -> PlanOutput:
        """See `Planner`."""
        # In a thread of its own, as it looks up words in the estate.
        return await in_thread(planned, question, context)


@cache
def _version() -> str:
    digest = sha256()
    for path in sorted(Path(__file__).parent.rglob("*.*")):
        if path.suffix in (".py", ".rules", ".toml"):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def planned(question: str, context: PlanningContext) -> PlanOutput:
    """Return the plan, answer or refusal for a question. Raises `QuestionNotUnderstood`."""
    text = normalised(without_marks(question))
    if answer := small_talk(text) or _several_small_talk(question):
        return _direct(answer)
    if refused := refusal(without_politeness(text), items=_Items(context.look_ups)):
        return _rejected(refused.policy, refused.reason)
    words = with_own(words_of(_LANGUAGE), context.words)
    ground = Ground(context.look_ups, context.now, words)
    return _read(without_marks(question), context, ground)


def _read(question: str, context: PlanningContext, ground: Ground) -> PlanOutput:
    meaning = _meant(question, context, ground)
    with _refusing(question, ground):
        if meaning.query.asks[0].want.do == "path":
            from adapters.planners.reader.which_one import require_ends  # noqa: PLC0415 - of paths

            require_ends(meaning, ground)
        output = _output(question, meaning)
    if not context.explains:
        return output
    used = _words_used(question, meaning, ground)
    return output.model_copy(update={"metadata": {**output.metadata, "words": used}})


def _words_used(question: str, meaning: Meaning, ground: Ground) -> "list[JsonValue]":
    from adapters.planners.reader.used_words import used_words  # noqa: PLC0415 - few ask for it

    at = (ground.look_ups, ground.now, ground.words)
    for reading, _ in respelt(read(question, *at), *at):
        if used := used_words(reading, meaning.query, ground):
            return [[*each] for each in used]
    return []


def _meant(question: str, context: PlanningContext, ground: Ground) -> Meaning:
    if context.followed is None:
        return _whole(question, ground)
    from adapters.planners.reader.following import follow_up  # noqa: PLC0415 - most follow nothing
    from adapters.planners.reader.misread import misread  # noqa: PLC0415 - when refused

    with _refusing(question, ground):
        found, reading = follow_up(question, context.followed, ground)
    if found is not None:
        return found
    try:
        return _whole(question, ground)
    except QuestionNotUnderstood as error:
        if error.__cause__ is not None:  # it was understood, and is ambiguous or impossible
            raise
        raise misread(question, reading, ground, is_after=True) from error


@contextmanager
def _refusing(question: str, ground: Ground) -> Iterator[None]:
    try:
        yield
    except (SeveralMeanings, CannotBe, NoPlan, TooManyMeanings) as error:
        from adapters.planners.reader.misread import refused  # noqa: PLC0415 - when refused

        raise refused(question, error, ground) from error


def _several_small_talk(question: str) -> str | None:
    answers = [small_talk(normalised(part)) for part in question.split(" / ")]
    return answers[0] if all(answers) else None


@dataclass(frozen=True, slots=True)
class _Items:
    """The names of the items of an estate; looked up only where they matter."""

    look_ups: LookUps

    def __contains__(self, name: object) -> bool:
        """Return whether an item is called so."""
        found = self.look_ups.named([str(name)]).get(str(name), ())
        return any(each.kind == "item" for each in found)


def meant(
    question: str, look_ups: LookUps, now: datetime, own: Mapping[str, str] = MappingProxyType({})
) -> Meaning:
    """Return what a question means, where a tenant has own words.

    Raises `QuestionNotUnderstood`.
    """
    return _whole(question, Ground(look_ups, now, with_own(words_of(_LANGUAGE), own)))


def _whole(question: str, ground: Ground) -> Meaning:
    at = (ground.look_ups, ground.now, ground.words)
    with _refusing(question, ground):
        of_part = (lambda text: _whole(text, ground), lambda text: read(text, *at))
        if both := of_both(question, *of_part, ground.words):
            return both
        first = read(question, *at)
        for reading, notes in respelt(first, *at):
            meaning = ground.chosen(reading)
            if meaning is not None:
                meaning = in_plural(meaning, reading, ground.words)
                return replace(meaning, notes=(*notes, *meaning.notes))
    from adapters.planners.reader.within import of_pronoun  # noqa: PLC0415 - few need it

    if both := of_pronoun(question, lambda text: _whole(text, ground), ground):
        return both
    from adapters.planners.reader.misread import misread  # noqa: PLC0415 - when refused

    raise misread(question, first, ground)


def _output(question: str, meaning: Meaning) -> PlanOutput:
    reading = in_words(meaning.query)
    plan = plan_of(meaning.query)
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
