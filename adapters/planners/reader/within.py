"""Pronouns of a question that stand for what the same question asks before: "and who owns it"."""

from collections.abc import Callable
from typing import Final

from adapters.planners.reader.choosing import CannotBe, Meaning, SeveralMeanings, query_of
from adapters.planners.reader.following import follow_up
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.pronouns import stands_for
from adapters.planners.reader.tokens import tokens_of
from adapters.planners.reader.words import Words
from domain.estate.looked_up import Followed
from domain.plan.planner import QuestionNotUnderstood

_UNREADABLE: Final = (QuestionNotUnderstood, SeveralMeanings, CannotBe)


def of_pronoun(question: str, mean: Callable[[str], Meaning], ground: Ground) -> Meaning | None:
    """Return what a question with a pronoun in its second part means; None for another one."""
    before, behind = _parted(question, ground.words)
    if not before:
        return None
    try:
        first = mean(before)
        asked = first.query.model_dump(mode="json", exclude_none=True)
        second, _ = follow_up(behind, Followed(query=asked), ground)
    except _UNREADABLE:
        return None
    if second is None:
        return None
    both = query_of((*first.query.asks, *second.query.asks))
    return Meaning(both, first.cost + second.cost, (*first.notes, *second.notes))


def _parted(question: str, words: Words) -> tuple[str, str]:
    """Return the texts before and behind the last links before the first pronoun, if any."""
    tokens = tokens_of(question, words.spelling)
    is_link = [each.word in words.joints["then"] for each in tokens]
    said = (at for at, each in enumerate(tokens) if stands_for(each.text, words))
    end = next(said, 0)
    while end and not is_link[end - 1]:
        end -= 1
    start = end
    while start and is_link[start - 1]:
        start -= 1
    return (
        (question[: tokens[start].start], question[tokens[end - 1].end :]) if start else ("", "")
    )
