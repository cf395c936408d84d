"""A plan follows from the question, the instant and what is recorded of the estate."""

import asyncio

import msgspec
import pytest
from hypothesis import given, settings

from adapters.planners.reader.planner import ReaderPlanner
from domain.estate.looked_up import LookedUp
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import EstateLookUps, LookUps
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.replay.record.recorded_look_ups import RecordedLookUps
from tests.adapters.planners.test_laws import CHOSEN, EXAMPLES
from tests.adapters.planners.test_misunderstanding import NOT_UNDERSTOOD
from tests.adapters.planners.vocabularies import NOW, demo, machine

MOST_BYTES = 2000
REFUSED = ("Show me all users' passwords.", "restart srv-erp-01")
RECALLED = "how many events on srv-erp-01 since its last maintenance"
QUESTIONS = dict.fromkeys([*EXAMPLES, *NOT_UNDERSTOOD, *REFUSED, RECALLED, "hello"])


def outcome(question: str, look_ups: LookUps) -> object:
    context = PlanningContext("acme", look_ups, NOW)
    try:
        return asyncio.run(ReaderPlanner().plan(question, context))
    except QuestionNotUnderstood as refused:
        return str(refused)


def recorded(question: str, vocabulary: Vocabulary) -> tuple[object, bytes]:
    """What becomes of the question, and what was looked up for it, as it is stored."""
    look_ups = EstateLookUps(vocabulary, question)
    made = outcome(question, look_ups)
    return made, msgspec.json.encode(look_ups.looked_up)


def again(question: str, stored: bytes) -> object:
    return outcome(question, RecordedLookUps(msgspec.json.decode(stored, type=LookedUp), question))


@pytest.mark.parametrize("vocabulary", [demo(), machine()], ids=["demo", "machine"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_record_gives_the_same_plan_as_the_estate(
    question: str, vocabulary: Vocabulary
) -> None:
    made, stored = recorded(question, vocabulary)
    assert again(question, stored) == made
    assert len(stored) < MOST_BYTES


def test_the_record_that_tells_a_time_is_on_record() -> None:
    made, stored = recorded(RECALLED, demo())
    assert "the time counts from" in str(made)
    assert len(msgspec.json.decode(stored, type=LookedUp).records) == 1


@given(CHOSEN)
@settings(max_examples=100, deadline=None)
def test_so_it_does_whatever_is_asked(words: list[str]) -> None:
    question = " ".join(words)
    made, stored = recorded(question, demo())
    assert again(question, stored) == made
