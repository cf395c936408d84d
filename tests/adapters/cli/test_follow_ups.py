"""`opstrail ask --after` and `--explain`."""

import re

import pytest

from tests.adapters.cli.command import Command

SERVERS = "how many servers are there"


@pytest.fixture
def asked(opstrail: Command) -> Command:
    opstrail("ask", SERVERS)
    return opstrail


def test_a_fragment_asks_the_question_before_otherwise(asked: Command) -> None:
    assert asked("ask", "--after", "latest", "and in zone-a?").lines[0] == "1 server in zone-a."


def test_a_follow_up_names_the_run_that_it_follows(asked: Command) -> None:
    asked("ask", "--after", "latest", "and in zone-a?")
    first, parent = (each["run_id"] for each in asked("run", "list", "-o", "json").json[:2])
    assert f"follow_up of {parent}" in asked("run", "show", first).out
    assert f"follow_up at 19: {first[-8:]}" in asked("run", "lineage", first).out


def test_follow_ups_can_be_listed(asked: Command) -> None:
    asked("ask", "--after", "latest", "and in zone-a?")
    found = asked("run", "list", "-q", "origin = follow_up", "-o", "json").json
    assert [each["question"] for each in found] == ["and in zone-a?"]


def test_an_exported_follow_up_verifies_from_its_bundle(asked: Command, tmp_path: object) -> None:
    asked("ask", "--after", "latest", "and in zone-a?")
    asked("run", "export", "latest", "--bundle", f"{tmp_path}/run.zip")
    assert asked("run", "verify-bundle", f"{tmp_path}/run.zip").code == 0


@pytest.mark.parametrize(
    ("first", "after", "code", "said"),
    [
        (SERVERS, "nosuch", 4, "no run nosuch in this tenant"),
        ("hello", "latest", 2, "cannot be followed up: its question was not read into a query"),
        ("gibberish", "latest", 2, "cannot be followed up: its question was not read into"),
    ],
)
def test_what_cannot_be_followed_up_is_named(
    opstrail: Command, first: str, after: str, code: int, said: str
) -> None:
    opstrail("ask", first)
    ended = opstrail("ask", "--after", after, "and in zone-a?")
    assert (ended.code, said in ended.err) == (code, True)


def test_a_run_of_another_tenant_cannot_be_followed_up(asked: Command) -> None:
    run_id = asked("run", "list", "-o", "ids").lines[0]
    other = Command(asked.database, asked.capsys, tenant="globex")
    assert other("ask", "--after", run_id, "and in zone-a?").code == 4


def test_questions_that_are_offered_are_numbered(opstrail: Command) -> None:
    out = opstrail("ask", "servers in zone-b").out
    assert re.search(r"take one: opstrail run fork \w+ --action NUMBER", out)
    assert "  1. servers in zone-a (read as: servers in zone-a; which)\n" in out


def test_explaining_shows_the_reading_and_what_words_are_used_as(asked: Command) -> None:
    lines = asked("ask", "--explain", "how many servrs are in zone-a").lines
    assert lines[0] == "servers in zone-a; how many"
    assert lines[1] == "confidence 0.9: 'servrs' is read as 'server'"
    assert re.search(r"^zone-a +in zone-a$", "\n".join(lines), re.MULTILINE)
    assert lines[-1] == "would call query.select as answer"


def test_explaining_records_nothing(asked: Command) -> None:
    asked("ask", "--explain", "servers in zone-a")
    assert len(asked("run", "list", "-o", "ids").lines) == 1


def test_an_explanation_as_json_has_the_query(asked: Command) -> None:
    told = asked("ask", "--after", "latest", "--explain", "and in zone-a?", "-o", "json").json
    where = [{"field": "ci_subtype", "value": "server"}, {"field": "location", "value": "zone-a"}]
    assert told["query"]["asks"][0]["of"] == [{"kind": "item", "where": where}]


def test_taking_an_action_needs_no_reason_of_its_own(opstrail: Command) -> None:
    opstrail("ask", "servers in zone-b")
    assert opstrail("run", "fork", "latest", "--action", "1").code == 0
    assert "because: next action 1" in opstrail("run", "lineage", "latest").out


def test_a_fork_that_takes_no_action_needs_a_reason(asked: Command) -> None:
    assert "--reason: say why" in asked("run", "fork", "latest").err
