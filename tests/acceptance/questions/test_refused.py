"""What cannot be answered is said, with the reason, and nothing is made up."""

import pytest
from pydantic import JsonValue

from tests.acceptance.questions.answer import Answer
from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables
from tests.acceptance.questions.topology import Topology

TO_SOME_DATABASE = "Find the path from ERP System to a database server."


def test_an_unknown_item_is_not_found_and_no_other_is_shown(ask: Ask, tables: Tables) -> None:
    answer = ask("Show the state of srv-erp-99.")
    assert tables.count("select count(*) from items where code_key = 'srv-erp-99'") == 0
    assert answer.status == "failed"
    assert answer.error["code"] == "DATA_NOT_FOUND"
    assert answer.text == "Error: no configuration item matches 'srv-erp-99'"
    assert answer.blocks == []


def test_an_unknown_item_is_answered_with_codes_that_exist(ask: Ask, tables: Tables) -> None:
    details = ask("Show the state of srv-erp-99.").error["details"]
    assert isinstance(details, dict)
    suggested = details["suggestions"]
    assert isinstance(suggested, list)
    assert suggested
    assert set(map(str, suggested)) <= set(tables.column("select ci_code from items"))


def candidates_in(answer: Answer) -> list[dict[str, JsonValue]]:
    details = answer.error["details"]
    assert isinstance(details, dict)
    candidates = details["candidates"]
    assert isinstance(candidates, list)
    return [candidate for candidate in candidates if isinstance(candidate, dict)]


def test_a_name_of_many_items_is_ambiguous_and_all_of_them_are_candidates(
    ask: Ask, tables: Tables
) -> None:
    answer = ask(TO_SOME_DATABASE)
    matching = tables.rows(
        "select ci_code, ci_name, status from items"
        " where lower(ci_code || ' ' || ci_name) like '%database%' order by 1"
    )
    columns = ("ci_code", "ci_name", "status")
    candidates = [[each[column] for column in columns] for each in candidates_in(answer)]
    assert (answer.status, answer.error["code"]) == ("failed", "AMBIGUOUS_CI")
    assert answer.says(len(matching))
    assert candidates == matching


def test_a_candidate_leads_to_a_path(ask: Ask, topology: Topology) -> None:
    chosen = str(candidates_in(ask(TO_SOME_DATABASE))[-1]["ci_code"])
    codes, edges = ask(f"Find the path from ERP System to {chosen}.").path()
    assert len(codes) == topology.around("sys-erp", steps=6)[chosen] + 1
    assert edges <= topology.edges


@pytest.mark.parametrize(
    ("question", "word"),
    [
        (
            "Servers of type database, their details, related applications, then a system report.",
            "report",
        ),
        ("Why did the last query fail?", "why"),
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
    details = ask("Why did the last query fail?").error["details"]
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
