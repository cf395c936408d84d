"""A question that is not understood ends with what can be asked instead."""

import asyncio
from typing import Any, cast

import pytest

from adapters.bootstrap import Opstrail
from domain.aggregate.envelope import Actor
from domain.replay.fork.descent import Fork
from domain.views.response import run_response
from domain.writer import Authorship
from tests.acceptance.demo import DEMO
from tests.acceptance.questions.answer import Answer
from tests.acceptance.questions.asking import Asker
from tests.acceptance.questions.tables import Tables
from tests.acceptance.questions.topology import Topology

BY = Authorship(DEMO, Actor("person", "alice"))
NOT_UNDERSTOOD = (
    "blorb the frobnicator",
    "qwertz uiop",
    "servers in zone-d",
    "how many servrs in zone-a with hyperdrive",
    "Which servers ran hot before the last deployment?",
    "will srv-erp-01 fail tomorrow",
    "who approves fluxcapacitors on databases",
)


def offered(answer: Answer) -> list[str]:
    actions: Any = answer.response["next_actions"]
    asking = [action for action in actions if action["type"] == "copy_payload"]
    return [action["payload"]["question"] for action in asking]


@pytest.mark.parametrize("question", NOT_UNDERSTOOD)
def test_up_to_three_questions_are_offered_and_each_is_answered(
    asker: Asker, question: str
) -> None:
    questions = offered(asker.ask(question))
    assert 1 <= len(questions) <= 3
    assert [asker.ask(each).status for each in questions] == ["success"] * len(questions)


def test_near_words_take_the_place_of_unknown_ones(asker: Asker) -> None:
    zones = ["servers in zone-a", "servers in zone-b", "servers in zone-c"]
    assert offered(asker.ask("servers in zone-d")) == zones


def test_what_is_not_known_is_left_out_and_named(asker: Asker) -> None:
    answer = asker.ask("servers in zone-a with hyperdrive")
    assert "I do not understand 'hyperdrive'" in answer.text
    assert offered(answer)[0] == "servers in zone-a"


def test_other_nonsense_gets_other_examples(asker: Asker) -> None:
    assert offered(asker.ask("blorb the frobnicator")) != offered(asker.ask("qwertz uiop"))


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("will srv-erp-01 fail tomorrow", "asks for a forecast"),
        ("should we buy better servers", "asks for an opinion or advice"),
        ("how many of them are active", "'them' stands for something that was asked before"),
    ],
)
def test_what_is_of_another_kind_is_told_so(asker: Asker, question: str, says: str) -> None:
    assert says in asker.ask(question).text


def test_an_offered_question_is_taken_by_its_number(asker: Asker, opstrail: Opstrail) -> None:
    refused = str(asker.ask("servers in zone-d").response["run_id"])
    taken = opstrail.replays.fork(refused, Fork(reason="that one", action=3), BY).run_id
    asyncio.run(opstrail.runs.carry_out(DEMO, taken))
    response = run_response(opstrail.reader.history(DEMO, taken))
    assert response["answer"] == asker.ask("servers in zone-c").text


def test_a_taken_question_names_the_run_that_offered_it(asker: Asker, opstrail: Opstrail) -> None:
    refused = str(asker.ask("servers in zone-d").response["run_id"])
    taken = opstrail.replays.fork(refused, Fork(reason="that one", action=1), BY).run_id
    summary = opstrail.reader.summary(DEMO, taken)
    assert (summary.origin, summary.parent_run_id) == ("follow_up", refused)


def test_a_number_behind_a_class_is_no_name_but_such_names_are_offered(
    asker: Asker, tables: Tables
) -> None:
    codes = tables.column(
        "select ci_code from items where ci_subtype = 'server' and ci_code like '%01%'"
        " order by ci_code limit 3"
    )
    answer = asker.ask("state of server 01")
    assert "There is no 'server 01' here" in answer.text
    assert offered(answer) == [f"state of {code}" for code in codes]


def test_a_path_to_any_one_of_a_class_offers_those_that_are_near(
    asker: Asker, topology: Topology
) -> None:
    answer = asker.ask("path from srv-erp-01 to a database")
    assert "Say to which" in answer.text
    details: Any = answer.error["details"]
    ends = [each["query"]["asks"][0]["want"]["to"]["where"][0] for each in details["nearest"]]
    near = topology.around("srv-erp-01", steps=3)
    assert ends
    assert all(end["value"] in near and end["value"].startswith("db-") for end in ends)


def test_the_end_of_a_path_is_taken_by_its_number(asker: Asker, opstrail: Opstrail) -> None:
    answer = asker.ask("path from srv-erp-01 to a database")
    refused = str(answer.response["run_id"])
    taken = opstrail.replays.fork(refused, Fork(reason="that one", action=1), BY).run_id
    asyncio.run(opstrail.runs.carry_out(DEMO, taken))
    response = run_response(opstrail.reader.history(DEMO, taken))
    codes, _ = Answer(cast("Any", response)).path()
    assert codes[0] == "srv-erp-01"
