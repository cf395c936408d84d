"""Every kind of question in several phrasings, and what the planner understands."""

import pytest

from adapters.planners.rules.catalogue import KINDS
from domain.plan.calls import planned_calls
from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners import (
    phrasings_of_history,
    phrasings_of_items,
    phrasings_of_relations,
)
from tests.adapters.planners.asking import ask, plan_of
from tests.adapters.planners.vocabularies import demo, machine

PHRASINGS = {
    **phrasings_of_items.PHRASINGS,
    **phrasings_of_relations.PHRASINGS,
    **phrasings_of_history.PHRASINGS,
}


@pytest.mark.parametrize(
    ("question", "kind", "meaning"),
    [
        pytest.param(question, kind, meaning, id=question)
        for (kind, meaning), questions in PHRASINGS.items()
        for question in questions
    ],
)
def test_a_question_is_understood_however_it_is_phrased(
    question: str, kind: str, meaning: str
) -> None:
    output = ask(question)
    assert output.plan is not None
    assert (output.metadata["kind"], output.plan.normalized_to) == (kind, meaning)


@pytest.mark.parametrize(
    ("kind", "example"), [(kind.name, example) for kind in KINDS for example in kind.examples]
)
def test_every_example_is_understood_as_its_kind(kind: str, example: str) -> None:
    estates = (demo(), machine())
    assert kind in [_kind_in(example, number) for number in range(len(estates))]


def _kind_in(example: str, number: int) -> object:
    try:
        return ask(example, (demo(), machine())[number]).metadata["kind"]
    except QuestionNotUnderstood:
        return None


@pytest.mark.parametrize("question", [q for questions in PHRASINGS.values() for q in questions])
def test_every_plan_becomes_tool_calls(question: str) -> None:
    assert planned_calls(plan_of(question))


def test_the_question_itself_stays_in_the_plan() -> None:
    assert plan_of("How many CIs are there?").normalized_from == "How many CIs are there?"


def test_the_reasoning_names_the_kind_and_what_was_recognised() -> None:
    reasoning = ask("Impact of srv-erp-01 with depth 2").reasoning
    assert (
        reasoning
        == "The question is of the kind 'impact' and names ci srv-erp-01, depth with depth 2."
    )


def test_a_code_that_the_estate_does_not_have_is_looked_up_as_it_is() -> None:
    plan = plan_of("Show the state of srv-erp-99.")
    assert plan.primary.keywords == ["srv-erp-99"]


def test_a_code_that_the_estate_does_not_have_lowers_the_confidence() -> None:
    known, unknown = ask("state of srv-erp-01"), ask("state of srv-erp-99")
    assert (known.confidence, unknown.confidence) == (1.0, 0.7)
