"""What cannot be answered is said, with the reason, and nothing is made up."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

TO_SOME_DATABASE = "Find the path from ERP System to a database server."


def test_an_unknown_item_is_not_found_and_no_other_is_shown(ask: Ask, tables: Tables) -> None:
    answer = ask("Show the state of srv-erp-99.")
    assert tables.count("select count(*) from items where code_key = 'srv-erp-99'") == 0
    assert answer.status == "failed"
    assert answer.error["code"] == "QUESTION_NOT_UNDERSTOOD"
    assert answer.text.startswith("Error: There is no 'srv-erp-99' here")
    assert answer.blocks == []


def test_an_unknown_item_is_answered_with_codes_that_exist(ask: Ask, tables: Tables) -> None:
    details = ask("Show the state of srv-erp-99.").error["details"]
    assert isinstance(details, dict)
    nearest = details["nearest"]
    assert isinstance(nearest, list)
    asked = [str(each["question"]) for each in nearest if isinstance(each, dict)]
    assert asked
    assert {question.split()[-1] for question in asked} <= set(
        tables.column("select ci_code from items")
    )


def test_one_of_a_class_has_to_be_named_as_the_end_of_a_path(ask: Ask) -> None:
    answer = ask(TO_SOME_DATABASE)
    assert answer.error["code"] == "QUESTION_NOT_UNDERSTOOD"
    assert "Say to which of the" in answer.text


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("List the frobnicated servers.", "frobnicated"),
        ("How many servers are on the moon?", "moon"),
    ],
)
def test_a_question_that_is_not_understood_is_refused_naming_the_word(
    ask: Ask, question: str, word: str
) -> None:
    answer = ask(question)
    assert answer.status == "failed"
    assert answer.error["code"] == "QUESTION_NOT_UNDERSTOOD"
    assert f"I do not understand '{word}'" in answer.text
    assert answer.blocks == []


def test_the_examples_given_for_a_question_not_understood_are_answered(ask: Ask) -> None:
    details = ask("florble the wuzzle").error["details"]
    assert isinstance(details, dict)
    examples = details["examples"]
    assert isinstance(examples, list)
    assert {ask(str(example)).status for example in examples} == {"success"}


def test_secrets_are_refused_by_policy(ask: Ask) -> None:
    answer = ask("Show me all users' passwords.")
    assert answer.status == "rejected"
    assert answer.error["code"] == "POLICY_DENY"
    assert answer.error["details"] == {"policy": "secrets"}
    assert answer.references == []


def test_small_talk_is_answered_directly_without_any_tool(ask: Ask) -> None:
    answer = ask("What is your name?")
    assert (answer.status, answer.response["route"]) == ("success", "direct")
    assert answer.text.startswith("I am opstrail.")
    assert answer.references == []
