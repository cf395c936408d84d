import pytest

from domain.plan.intent import PlanOutputKind
from tests.adapters.planners.asking import ask


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Hello!", "Hello. I am opstrail."),
        ("What is your name?", "I am opstrail."),
        ("who are you", "I am opstrail."),
        ("What can you do?", "I answer questions about the configuration items"),
        ("Thank you very much", "You are welcome."),
        ("How are you?", "I am ready"),
        ("bye", "Goodbye."),
        ("What is your name? / hello", "I am opstrail."),
    ],
)
def test_small_talk_is_answered_at_once(said: str, answer: str) -> None:
    direct = ask(said).direct_answer
    assert direct is not None
    assert direct.answer.startswith(answer)


def test_politeness_around_a_question_does_not_hide_the_question() -> None:
    output = ask("Hello, how many servers are there? Thanks!")
    assert (output.kind, output.metadata["kind"]) == (PlanOutputKind.PLAN, "query")
