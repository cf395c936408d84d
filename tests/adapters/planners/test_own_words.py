"""What a tenant's own words stand for is read as if it stood there."""

import asyncio
from collections.abc import Mapping

import pytest

from adapters.planners.reader.planner import ReaderPlanner, meant
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.query.model import Query
from tests.adapters.planners.vocabularies import NOW, demo

OWN = {"box": "server", "hot zone": "zone-a", "kaputt": "failed", "bitte": "", "prod box": "db"}


def query(question: str, own: Mapping[str, str] = OWN) -> Query:
    return meant(question, EstateLookUps(demo(), question), NOW, own).query


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("how many boxes are there", "how many servers are there"),
        ("boxes in the hot zone", "servers in zone-a"),
        ("kaputt work yesterday, bitte", "failed work yesterday"),
        ("how many prod boxes", "how many dbs"),
    ],
)
def test_an_own_word_is_read_as_what_it_stands_for(question: str, same: str) -> None:
    assert query(question) == query(same, {})


def test_an_own_word_goes_before_what_is_called_so() -> None:
    assert query("how many servers", {"server": "db"}) == query("how many dbs", {})


def test_a_question_that_is_not_understood_with_own_words_is_not_read_without_them() -> None:
    question = "how many servers are there"
    context = PlanningContext("acme", EstateLookUps(demo(), question), NOW, {"server": "xyz"})
    with pytest.raises(QuestionNotUnderstood):
        asyncio.run(ReaderPlanner().plan(question, context))
