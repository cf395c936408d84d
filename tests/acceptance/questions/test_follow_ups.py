"""Follow-up questions are answered by the values of the tables."""

import asyncio
from dataclasses import replace

import pytest

from adapters.bootstrap import Opstrail
from domain.aggregate.envelope import Actor
from domain.operations.follow_ups import following
from domain.replay.fork.descent import Fork, Rerun
from domain.run.commands import RequestRun
from domain.run.facts import RunOptions
from domain.views.response import run_response
from domain.writer import Authorship
from tests.acceptance.demo import DEMO
from tests.acceptance.questions.answer import Answer
from tests.acceptance.questions.tables import Tables

BY = Authorship(DEMO, Actor("person", "alice"))
SERVERS = "ci_subtype = 'server'"


class Talk:
    """Questions, each after the one before."""

    def __init__(self, opstrail: Opstrail) -> None:
        self.opstrail = opstrail
        self.run_id = ""

    def ask(self, *questions: str) -> Answer:
        """The answer to the last of the questions; the first stands alone."""
        self.run_id = ""
        for question in questions:
            self.then(question)
        return Answer(run_response(self.opstrail.reader.history(DEMO, self.run_id)))  # type: ignore[arg-type]  # the same JSON

    def then(self, question: str) -> None:
        request = RequestRun(question=question, options=RunOptions(anchor="data", edition=3))
        if self.run_id:
            origin, followed = following(self.opstrail.reader.history(DEMO, self.run_id))
            request = replace(request, origin=origin, followed=followed)
        self.run_id = self.opstrail.runs.request(request, BY).run_id
        asyncio.run(self.opstrail.runs.carry_out(DEMO, self.run_id))


@pytest.fixture
def talk(opstrail: Opstrail) -> Talk:
    return Talk(opstrail)


def codes(tables: Tables, where: str) -> list[str]:
    return tables.column(f"select ci_code from items where {where} order by ci_code")


def shown(answer: Answer) -> list[str]:
    (table,) = [block for block in answer.response["blocks"] if block["type"] == "table"]  # type: ignore[union-attr, index, call-overload]  # JSON
    at = table["columns"].index("ci_code")  # type: ignore[index, call-overload, union-attr]
    return sorted(row[at] for row in table["rows"])  # type: ignore[index, call-overload, union-attr]


def test_a_condition_takes_the_place_of_one_of_the_same_field(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("how many servers in zone-a", "and in zone-b?")
    assert answer.says(
        tables.count(f"select count(*) from items where {SERVERS} and location = 'zone-b'")
    )


def test_a_condition_on_another_field_is_added(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("servers in zone-a", "only the active ones")
    where = f"{SERVERS} and location = 'zone-a' and status = 'active'"
    assert shown(answer) == codes(tables, where)


def test_a_class_takes_the_place_of_a_class(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("how many servers in zone-a", "and databases?")
    where = "ci_subtype = 'db' and location = 'zone-a'"
    assert answer.says(tables.count(f"select count(*) from items where {where}"))


def test_a_time_takes_the_place_of_a_time(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("how many events in the last 24 hours", "and in the last 2 hours?")
    assert answer.says(tables.count("select count(*) from events where hours_ago <= 2"))


def test_a_name_takes_the_place_of_a_name(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("who owns srv-erp-01", "what about db-analytics-01")
    owner = tables.value("select owner from items where ci_code = 'db-analytics-01'")
    assert answer.text == f"db-analytics-01: owner {owner}."


def test_both_of_two_questions_are_edited(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("how many servers and how many databases", "and in zone-b?")
    in_b = "location = 'zone-b'"
    servers = tables.count(f"select count(*) from items where {SERVERS} and {in_b}")
    databases = tables.count(f"select count(*) from items where ci_subtype = 'db' and {in_b}")
    assert answer.text.startswith(f"{servers} servers in zone-b. {databases} ")


def test_them_are_all_that_were_asked_for_not_only_the_shown(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("list all configuration items in zone-a", "how many of them are active")
    where = "location = 'zone-a' and status = 'active'"
    assert answer.says(tables.count(f"select count(*) from items where {where}"))


def test_them_after_the_top_five_are_these_five(talk: Talk, tables: Tables) -> None:
    first = shown(talk.ask("top 5 servers by cpu"))
    assert shown(talk.ask("top 5 servers by cpu", "who owns them")) == first


def test_it_is_the_one_item_that_was_asked_about(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("who owns srv-erp-01", "which zone is it in")
    zone = tables.value("select location from items where ci_code = 'srv-erp-01'")
    assert f"srv-erp-01: location {zone}." in answer.text


def test_the_second_one_is_the_second_that_the_answer_shows(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("servers in zone-a", "who owns the second one")
    second = codes(tables, f"{SERVERS} and location = 'zone-a'")[1]
    owner = tables.value("select owner from items where ci_code = ?", second)
    assert answer.text.endswith(f"{second}: owner {owner}.")


def test_what_a_pronoun_is_taken_for_begins_the_answer(talk: Talk) -> None:
    answer = talk.ask("servers in zone-a", "how many of them are active")
    assert "'of them' is taken for servers in zone-a" in answer.text


def test_a_whole_question_is_read_as_itself(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("servers in zone-a", "how many databases are there")
    assert answer.says(tables.count("select count(*) from items where ci_subtype = 'db'"))


def test_an_upper_bound_is_added_to_a_lower_one(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("how many servers with more than 8 cores", "and less than 32 cores?")
    cores = "json_extract(attributes, '$.cpu_cores')"
    where = f"{SERVERS} and {cores} > 8 and {cores} < 32"
    assert answer.says(tables.count(f"select count(*) from items where {where}"))


def test_only_those_after_the_top_five_is_asked_back(talk: Talk) -> None:
    answer = talk.ask("top 5 servers by cpu", "only those in zone-a")
    assert answer.text.startswith("Error: This can be read as")
    assert [a["payload"].keys() for a in answer.response["next_actions"][:2]] == [  # type: ignore[union-attr, index, call-overload]  # JSON
        {"question", "query"},
        {"question", "query"},
    ]


def test_a_pronoun_for_several_is_asked_back_with_each(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("servers in zone-a", "who owns it")
    first = codes(tables, f"{SERVERS} and location = 'zone-a'")[0]
    assert answer.response["next_actions"][0]["payload"] == {"question": f"who owns {first}"}  # type: ignore[index, call-overload]  # JSON


def test_a_choice_that_is_taken_answers_as_it_was_read(talk: Talk, tables: Tables) -> None:
    talk.ask("top 5 servers by cpu", "only those in zone-a")
    fork = Fork(reason="of the five", action=2)
    taken = talk.opstrail.replays.fork(talk.run_id, fork, BY).run_id
    asyncio.run(talk.opstrail.runs.carry_out(DEMO, taken))
    found = shown(Answer(run_response(talk.opstrail.reader.history(DEMO, taken))))  # type: ignore[arg-type]  # the same JSON
    five = shown(talk.ask("top 5 servers by cpu"))
    assert found == [code for code in five if code in codes(tables, "location = 'zone-a'")]


def test_a_follow_up_verifies_as_the_same(talk: Talk) -> None:
    talk.ask("servers in zone-a", "and in zone-b?")
    verdict = asyncio.run(talk.opstrail.replays.verify(DEMO, talk.run_id))
    assert (verdict.divergence, verdict.planning) == (None, "driven")


@pytest.mark.parametrize("at", [None, 1])
def test_a_fork_of_a_follow_up_answers_alike(talk: Talk, tables: Tables, at: int | None) -> None:
    answer = talk.ask("servers in zone-a", "and in zone-b?")
    forked = talk.opstrail.replays.fork(talk.run_id, Fork(reason="again", at=at), BY).run_id
    asyncio.run(talk.opstrail.runs.carry_out(DEMO, forked))
    again = run_response(talk.opstrail.reader.history(DEMO, forked))
    assert again["answer"] == answer.text


def test_a_rerun_of_a_follow_up_answers_alike(talk: Talk) -> None:
    answer = talk.ask("servers in zone-a", "and in zone-b?")
    again = talk.opstrail.replays.rerun(talk.run_id, Rerun(reason="again"), BY).run_id
    asyncio.run(talk.opstrail.runs.carry_out(DEMO, again))
    response = run_response(talk.opstrail.reader.history(DEMO, again))
    assert response["answer"] == answer.text
