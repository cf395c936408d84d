"""Follow-up questions are answered by the values of the tables."""

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest
from msgspec.structs import replace

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

if TYPE_CHECKING:
    from domain.json import JsonMap

BY = Authorship(DEMO, Actor("person", "alice"))
Item = dict[str, Any]
COLUMNS = ("ci_code", "ci_subtype", "location", "status", "owner", "cores")


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
        response = run_response(self.opstrail.reader.history(DEMO, self.run_id))
        return Answer(cast("JsonMap", response))

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


@pytest.fixture(scope="module")
def items(tables: Tables) -> list[Item]:
    query = (
        "select ci_code, ci_subtype, location, status, owner,"
        " json_extract(attributes, '$.cpu_cores') from items order by ci_code"
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in tables.rows(query)]


def those(items: list[Item], **said: str) -> list[str]:
    """The codes of the items that have these values."""
    fits = [each for each in items if said.items() <= each.items()]
    return [each["ci_code"] for each in fits]


def value(items: list[Item], code: str, column: str) -> str:
    return next(str(each[column]) for each in items if each["ci_code"] == code)


def shown(answer: Answer) -> list[str]:
    blocks: Any = answer.response["blocks"]
    (table,) = [block for block in blocks if block["type"] == "table"]
    at = table["columns"].index("ci_code")
    return sorted(row[at] for row in table["rows"])


def actions(answer: Answer) -> list[Any]:
    found: Any = answer.response["next_actions"]
    return [action["payload"] for action in found if action["type"] == "copy_payload"]


def test_a_condition_takes_the_place_of_one_of_the_same_field(
    talk: Talk, items: list[Item]
) -> None:
    answer = talk.ask("how many servers in zone-a", "and in zone-b?")
    assert answer.says(len(those(items, ci_subtype="server", location="zone-b")))


def test_a_condition_on_another_field_is_added(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("servers in zone-a", "only the active ones")
    assert shown(answer) == those(items, ci_subtype="server", location="zone-a", status="active")


def test_a_class_takes_the_place_of_a_class(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("how many servers in zone-a", "and databases?")
    assert answer.says(len(those(items, ci_subtype="db", location="zone-a")))


def test_a_time_takes_the_place_of_a_time(talk: Talk, tables: Tables) -> None:
    answer = talk.ask("how many events in the last 24 hours", "and in the last 2 hours?")
    assert answer.says(tables.count("select count(*) from events where hours_ago <= 2"))


def test_a_name_takes_the_place_of_a_name(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("who owns srv-erp-01", "what about db-analytics-01")
    owner = value(items, "db-analytics-01", "owner")
    assert answer.text == f"db-analytics-01: owner {owner}."


def test_both_of_two_questions_are_edited(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("how many servers and how many databases", "and in zone-b?")
    servers = len(those(items, ci_subtype="server", location="zone-b"))
    databases = len(those(items, ci_subtype="db", location="zone-b"))
    assert answer.text.startswith(f"{servers} servers in zone-b. {databases} ")


def test_how_many_are_so_is_asked_of_those_before(talk: Talk, items: list[Item]) -> None:
    for said in ("how many are active", "how many in zone-b"):
        answer = talk.ask("list the servers", said)
        fits = {"status": "active"} if "active" in said else {"location": "zone-b"}
        assert answer.says(len(those(items, ci_subtype="server", **fits)))


def test_them_are_all_that_were_asked_for_not_only_the_shown(
    talk: Talk, items: list[Item]
) -> None:
    answer = talk.ask("list all configuration items in zone-a", "how many of them are active")
    assert answer.says(len(those(items, location="zone-a", status="active")))


def test_them_after_the_top_five_are_these_five(talk: Talk) -> None:
    first = shown(talk.ask("top 5 servers by cpu"))
    assert shown(talk.ask("top 5 servers by cpu", "who owns them")) == first


def test_it_is_the_one_item_that_was_asked_about(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("who owns srv-erp-01", "which zone is it in")
    zone = value(items, "srv-erp-01", "location")
    assert f"srv-erp-01: location {zone}." in answer.text


def test_the_second_one_is_the_second_that_the_answer_shows(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("servers in zone-a", "who owns the second one")
    second = those(items, ci_subtype="server", location="zone-a")[1]
    owner = value(items, second, "owner")
    assert answer.text.endswith(f"{second}: owner {owner}.")


def test_a_name_that_stands_in_two_places_is_asked_back(talk: Talk) -> None:
    answer = talk.ask("path from srv-erp-01 to db-erp-01", "what about srv-erp-02")
    assert [set(each) for each in actions(answer)] == [{"question", "query"}] * 2


def test_a_fragment_in_korean_edits_the_query_too(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("zone-a에 있는 서버 몇 대야", "zone-b는?")
    assert answer.says(len(those(items, ci_subtype="server", location="zone-b")))


def test_what_a_pronoun_is_taken_for_begins_the_answer(talk: Talk) -> None:
    answer = talk.ask("servers in zone-a", "how many of them are active")
    assert "'them' is taken for servers in zone-a" in answer.text


def test_a_whole_question_is_read_as_itself(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("servers in zone-a", "how many databases are there")
    assert answer.says(len(those(items, ci_subtype="db")))


def test_an_upper_bound_is_added_to_a_lower_one(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("how many servers with more than 8 cores", "and less than 32 cores?")
    servers = [each for each in items if each["ci_subtype"] == "server"]
    assert answer.says(sum(8 < (each["cores"] or 0) < 32 for each in servers))


@pytest.mark.parametrize(
    "questions",
    [
        ("servers in zone-a", "who owns the second one", "only the critical ones"),
        ("servers in zone-a", "what depends on the second one", "only the active ones"),
        ("who owns srv-erp-01", "and the critical ones"),
        ("how many failed deployments", "and patches"),
        ("events today", "and patches"),
    ],
)
def test_what_cannot_be_said_of_what_was_asked_before_is_refused(
    talk: Talk, questions: tuple[str, ...]
) -> None:
    assert "of which this cannot be said" in talk.ask(*questions).text


def test_which_are_so_is_asked_of_what_was_asked_before(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("servers in zone-a", "which are active")
    assert shown(answer) == those(items, ci_subtype="server", location="zone-a", status="active")


def test_only_those_after_the_top_five_is_asked_back(talk: Talk) -> None:
    answer = talk.ask("top 5 servers by cpu", "only those in zone-a")
    assert answer.text.startswith("Error: This can be read as")
    assert [set(each) for each in actions(answer)] == [{"question", "query"}] * 2


def test_a_pronoun_for_several_is_asked_back_with_each(talk: Talk, items: list[Item]) -> None:
    answer = talk.ask("servers in zone-a", "who owns it")
    first = those(items, ci_subtype="server", location="zone-a")[0]
    assert actions(answer)[0] == {"question": f"who owns {first}"}


def test_a_choice_that_is_taken_answers_as_it_was_read(talk: Talk, items: list[Item]) -> None:
    talk.ask("top 5 servers by cpu", "only those in zone-a")
    fork = Fork(reason="of the five", action=2)
    taken = talk.opstrail.replays.fork(talk.run_id, fork, BY).run_id
    asyncio.run(talk.opstrail.runs.carry_out(DEMO, taken))
    response = run_response(talk.opstrail.reader.history(DEMO, taken))
    found = shown(Answer(cast("JsonMap", response)))
    five = shown(talk.ask("top 5 servers by cpu"))
    assert found == [code for code in five if code in those(items, location="zone-a")]


def test_a_follow_up_verifies_as_the_same(talk: Talk) -> None:
    talk.ask("servers in zone-a", "and in zone-b?")
    verdict = asyncio.run(talk.opstrail.replays.verify(DEMO, talk.run_id))
    assert (verdict.divergence, verdict.planning) == (None, "driven")


@pytest.mark.parametrize("at", [None, 1])
def test_a_fork_of_a_follow_up_answers_alike(talk: Talk, at: int | None) -> None:
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
