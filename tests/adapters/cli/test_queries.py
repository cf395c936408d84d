"""`opstrail ask --query`: a question that is asked without words."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command, Ended

Ask = Callable[..., Ended]
SERVERS = {"kind": "item", "where": [{"field": "ci_subtype", "value": "server"}]}
LIST = {"want": {"do": "list", "limit": 1}, "of": [SERVERS]}


@pytest.fixture
def ask(opstrail: Command, tmp_path: Path) -> Ask:
    def run(query: object, *options: str) -> Ended:
        path = tmp_path / "query.json"
        path.write_text(json.dumps(query))
        return opstrail("ask", "--query", str(path), *options)

    return run


def test_a_query_is_answered_in_words(ask: Ask) -> None:
    ended = ask({"want": {"do": "count"}, "of": [SERVERS]})
    assert (ended.code, ended.lines[0]) == (0, "2 servers.")


def test_how_a_query_was_read_is_shown_with_its_run(ask: Ask, opstrail: Command) -> None:
    ask(LIST)
    assert opstrail("run", "show", "latest", "-o", "json").json["reading"] == (
        "servers; which, the first 1"
    )


def test_the_run_of_a_query_verifies_the_same(ask: Ask, opstrail: Command) -> None:
    ask(LIST)
    assert opstrail("run", "verify", "latest").lines[0].startswith("same: ")


def test_the_next_page_is_one_action_away(ask: Ask, opstrail: Command) -> None:
    ask(LIST)
    ended = opstrail("run", "fork", "latest", "--action", "1", "--reason", "the rest")
    assert ended.lines[0] == "2 servers; shown are 2 to 2."
    assert opstrail("run", "show", "latest", "-o", "json").json["reading"] == (
        "servers; which, the first 1 after 1"
    )


def test_a_query_that_finds_nothing_offers_less_of_it(ask: Ask) -> None:
    where = [*SERVERS["where"], {"field": "location", "value": "zone-x"}]
    ended = ask({"want": {"do": "count"}, "of": [{**SERVERS, "where": where}]}, "-o", "json")
    labels = [each["label"] for each in ended.json["next_actions"]]
    assert labels[:2] == [
        "answer: Without asking for servers",
        "answer: Without asking for configuration items in zone-x",
    ]


def test_several_things_asked_stand_under_their_own_headings(ask: Ask) -> None:
    srv = {"kind": "item", "where": [{"field": "ci_code", "value": "srv-01"}]}
    asks = [{"want": {"do": "impact"}, "of": [srv]}, {"want": {"do": "count"}, "of": [SERVERS]}]
    ended = ask({"asks": asks}, "-o", "json")
    titles = [each["title"] for each in ended.json["blocks"]]
    assert ended.json["answer"].endswith("2 servers.")
    assert titles[0].startswith("srv-01; what fails with them - ")
    assert titles[-1] == "servers; how many - Total"


def test_the_plan_of_a_query_is_shown_without_a_run(ask: Ask, opstrail: Command) -> None:
    planned = ask(LIST, "--plan-only").json
    assert planned["plan"]["query"] == {"asks": [LIST]}
    assert opstrail("run", "list", "-o", "ids").lines == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"want": {"do": "tell"}, "of": [SERVERS]}, "asks.0.want: input tag 'tell' found"),
        ({"want": {"do": "impact"}, "of": [SERVERS]}, "allowed: one set of items that are named"),
        ({"want": {"do": "count"}, "of": [{"kind": "mood"}]}, "kind: input should be 'item'"),
        (
            {"want": {"do": "top"}, "of": [{"kind": "document"}]},
            "group cannot be empty; allowed: a field",
        ),
    ],
)
def test_a_query_that_cannot_be_asked_is_refused(
    ask: Ask, query: object, told: str, opstrail: Command
) -> None:
    ended = ask(query)
    assert ended.code != 0
    assert told in ended.err
    assert opstrail("run", "list", "-o", "ids").lines == []


def test_a_question_or_a_query_is_needed(opstrail: Command) -> None:
    ended = opstrail("ask")
    assert ended.code == 2
    assert "Missing argument 'QUESTION', or --query FILE." in ended.err
