"""What the planner refuses to guess, and what it says then."""

import pytest

from adapters.planners.rules.catalogue import questions_page
from domain.estate.queries import Vocabulary
from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import ask
from tests.adapters.planners.vocabularies import machine
from tests.item_names import MemoryItemNames


def why_not(question: str, vocabulary: Vocabulary | None = None) -> str:
    with pytest.raises(QuestionNotUnderstood) as refused:
        ask(question, vocabulary)
    return refused.value.why


NOT_UNDERSTOOD = {
    "Show servers that are inactive-ish": "I do not understand 'inactive-ish'",
    "servers in the moon zone": "I do not understand 'moon'",
    "which servers are not active": "I do not understand 'not'",
    "servers owned by mallory": "I do not understand 'mallory'",
    "Why did the last query fail?": "I do not understand 'why', 'query'",
    "Which servers ran hot before the last deployment?": (
        "I do not understand 'ran', 'hot', 'before'"
    ),
    "events per day": "I do not understand 'day'",
    "What state is server 01 in?": "I do not understand '01'",
    "servers in zone-d": "I do not understand 'zone-d' (did you mean zone-c or zone-b or zone-a?)",
    "servers in zone-7": "I do not understand 'zone-7' (did you mean zone-c or zone-b or zone-a?)",
    "How many deployments happened?": (
        "'deployments' can be 'deployment events' or 'deployment work'; say which"
    ),
    "": "The question is empty",
    "?!": "The question is empty",
}


@pytest.mark.parametrize(("question", "why"), NOT_UNDERSTOOD.items())
def test_what_is_not_understood_is_named(question: str, why: str) -> None:
    assert why_not(question) == why


OTHER_QUESTIONS = [
    "When did srv-erp-01 fail?",
    "Tell me when srv-erp-01 fails",
    "What breaks srv-erp-01?",
    "What contains srv-erp-01?",
    "dependencies on storage-erp",
    "security servers",
    "servers in zone-a or active",
    "servers yesterday",
    "current events",
    "top 5 events",
    "servers and srv-erp-01",
    "databases in zone-a and srv-erp-01",
    "compare srv-erp-01 and srv-erp-02",
    "How many servers are running?",
    "active servers in zone-a and monitoring servers in zone-b",
    "How many servers have failed work?",
    "severity 5 servers",
    "average and highest cpu of all servers",
    "top 5 servers with failed work",
]


@pytest.mark.parametrize("question", OTHER_QUESTIONS)
def test_known_words_do_not_make_another_question(question: str) -> None:
    assert why_not(question).startswith("I know these words but not what is asked")


@pytest.mark.parametrize(
    "vocabulary", [machine(), Vocabulary({}, ("cpu",), {}, MemoryItemNames({}))]
)
def test_the_examples_offered_are_understood(vocabulary: Vocabulary) -> None:
    with pytest.raises(QuestionNotUnderstood) as refused:
        ask("gibberish", vocabulary)
    assert 3 <= len(refused.value.examples) <= 5
    assert all(ask(example, vocabulary).plan for example in refused.value.examples)


def test_of_an_empty_estate_that_is_said_first() -> None:
    with pytest.raises(QuestionNotUnderstood) as refused:
        ask("how many servrs", Vocabulary({}, (), {}, MemoryItemNames({})))
    assert str(refused.value).startswith("The estate of tenant 'acme' is empty: fill it with")
    assert refused.value.examples == []


def test_the_message_shows_reason_and_examples() -> None:
    error = QuestionNotUnderstood("q", why="I do not understand 'q'", examples=["a?", "b?"])
    assert str(error) == 'I do not understand \'q\'. Questions that work here: "a?"; "b?"'


def test_the_page_of_questions_is_up_to_date(pytestconfig: pytest.Config) -> None:
    page = pytestconfig.rootpath / "docs" / "reference" / "questions.md"
    assert page.read_text().startswith(questions_page())
