"""A tenant without an estate learns nothing of the demo estate."""

import json

import pytest

from tests.acceptance.questions.asking import Ask, Asker
from tests.acceptance.questions.tables import Tables


@pytest.mark.parametrize(
    "question",
    [
        "How many configuration items are there in total?",
        "How many events are recorded?",
        "How many events happened in the last 24 hours?",
        "How many documents are there?",
    ],
)
def test_another_tenant_counts_nothing_where_the_demo_estate_has_something(
    ask: Ask, other_asker: Asker, question: str
) -> None:
    assert (ask(question).number() or 0) > 0
    answer = other_asker.ask(question)
    assert answer.number() == 0
    assert answer.says(0)


@pytest.mark.parametrize(
    "question",
    [
        "Tell me the state and basic facts of srv-erp-01.",
        "What is affected if srv-erp-01 fails?",
        "Show the events of srv-erp-01 in the last 24 hours.",
        "Simulate rule rule-high-cpu for srv-erp-01.",
    ],
)
def test_an_item_of_the_demo_estate_does_not_exist_for_another_tenant(
    ask: Ask, other_asker: Asker, question: str
) -> None:
    assert ask(question).status == "success"
    answer = other_asker.ask(question)
    assert answer.status == "failed"
    assert answer.error["code"] == "QUESTION_NOT_UNDERSTOOD"
    assert answer.error["details"] == {"examples": []}


@pytest.mark.parametrize(
    "question",
    [
        "What state is ERP System in?",
        "List active servers in zone-a.",
        "Which five servers have the highest CPU usage?",
        "Which CI had the latest event and what is its state?",
        "Summarise the overall system state.",
        "Show documents about ERP.",
        "How many runs failed?",
    ],
)
def test_no_answer_to_another_tenant_names_anything_of_the_demo_estate(
    other_asker: Asker, tables: Tables, question: str
) -> None:
    answer = json.dumps(other_asker.ask(question).response)
    names = tables.column(
        "select ci_code from items union select ci_name from items"
        " union select entry_id from events union select title from papers"
        " union select rule_id from rules"
    )
    asked = [name for name in names if name in question]
    assert [name for name in names if name in answer and name not in asked] == []
