"""Pronouns of a question that stand for what the same question asks before: "and who owns it"."""

from collections.abc import Callable, Iterator
from typing import Final

from adapters.planners.reader.choosing import CannotBe, Meaning, SeveralMeanings, query_of
from adapters.planners.reader.following import follow_up
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.pronouns import stands_for
from adapters.planners.reader.tokens import tokens_of
from domain.estate.looked_up import Followed
from domain.plan.planner import QuestionNotUnderstood

_UNREADABLE: Final = (QuestionNotUnderstood, SeveralMeanings, CannotBe)


def of_pronoun(question: str, mean: Callable[[str], Meaning], ground: Ground) -> Meaning | None:
    """Return what a question with a pronoun in its second part means; None for another one."""
    if stands_for(question, ground.words) is None:
        return None
    for before, behind in _parted(question, ground):
        try:
            first = mean(before)
            asked = first.query.model_dump(mode="json", exclude_none=True)
            second, _ = follow_up(behind, Followed(query=asked), ground)
        except _UNREADABLE:
            continue
        if second is not None:
            both = query_of((*first.query.asks, *second.query.asks))
            return Meaning(both, first.cost + second.cost, (*first.notes, *second.notes))
    return None


def _parted(question: str, ground: Ground) -> Iterator[tuple[str, str]]:
    """Yield the texts before and behind each link that has a pronoun behind it only."""
    for token in tokens_of(question, ground.words.spelling):
        before, behind = question[: token.start], question[token.end :]
        if (
            token.word in ground.words.joints["then"]
            and before.strip()
            and stands_for(behind, ground.words)
        ):
            if stands_for(before, ground.words) is not None:
                return
            yield before, behind
