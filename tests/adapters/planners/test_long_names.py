"""Names of many words."""

import pytest

from domain.plan.planner import QuestionNotUnderstood
from tests.adapters.planners.asking import plan_of
from tests.adapters.planners.vocabularies import machine

LONG = " ".join(f"word{number}" for number in range(21))
SHORTER = LONG.rpartition(" ")[0]


def test_a_name_of_twenty_words_is_recognised() -> None:
    assert plan_of(f"What is affected if {SHORTER} fails?", machine(SHORTER)).primary is not None


def test_a_longer_name_is_recognised_in_quotes_only() -> None:
    plan = plan_of(f'What is affected if "{LONG}" fails?', machine(LONG))
    assert plan.primary.keywords == [LONG]
    with pytest.raises(QuestionNotUnderstood):
        plan_of(f"What is affected if {LONG} fails?", machine(LONG))
