"""What the planner refuses to guess, and what it says then."""

import pytest

from docs.question_kinds import questions_page
from domain.estate.queries import Vocabulary
from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import ask
from tests.adapters.planners.vocabularies import demo, machine
from tests.item_names import MemoryItemNames, MemoryNames


def why_not(question: str, vocabulary: Vocabulary | None = None) -> str:
    with pytest.raises(QuestionNotUnderstood) as refused:
        ask(question, vocabulary)
    return refused.value.why


NOT_UNDERSTOOD = {
    "Show servers that are frobnicated": "I do not understand 'frobnicated'",
    "servers in the moon zone": "I do not understand 'moon'",
    "servers owned by mallory": "I do not understand 'mallory'",
    "servers yesterday": "I know these words",
    "events on november 31": "November 2026 has no day 31, but 30 days",
    "events on the 30th of february": "February 2026 has no day 30, but 28 days",
    "alarms between feb 29 2025 and march 2": "February 2025 has no day 29, but 28 days",
    "events on 2026-02-30": "2026-02-30 is no day of the calendar",
    "how many events at 25:00 yesterday": "25:00 is no time of the day",
    "alarms after 13 pm yesterday": "13 pm is no time of the day",
    "": "The question is empty",
    "?!": "The question is empty",
}


@pytest.mark.parametrize(("question", "why"), NOT_UNDERSTOOD.items())
def test_what_is_not_understood_is_named(question: str, why: str) -> None:
    assert why_not(question).startswith(why)


def test_what_is_spelt_much_alike_is_offered() -> None:
    assert "zone-a" in why_not("servers in zone-d")


@pytest.mark.parametrize("vocabulary", [machine(), demo()])
def test_the_examples_offered_are_understood(vocabulary: Vocabulary) -> None:
    with pytest.raises(QuestionNotUnderstood) as refused:
        ask("gibberish", vocabulary)
    assert len(refused.value.examples) == 3
    assert all(ask(example, vocabulary).plan for example in refused.value.examples)


def test_of_an_empty_estate_that_is_said_first() -> None:
    with pytest.raises(QuestionNotUnderstood) as refused:
        ask("how many servrs", Vocabulary({}, (), {}, MemoryItemNames({}), MemoryNames()))
    assert str(refused.value).startswith("The estate is empty")
    assert refused.value.examples == []


def test_the_message_shows_reason_and_examples() -> None:
    error = QuestionNotUnderstood("q", why="I do not understand 'q'", examples=["a?", "b?"])
    assert str(error) == 'I do not understand \'q\'. Questions that work here: "a?"; "b?"'


def test_the_page_of_questions_is_up_to_date(pytestconfig: pytest.Config) -> None:
    page = pytestconfig.rootpath / "docs" / "reference" / "questions.md"
    assert page.read_text().startswith(questions_page())
