"""`opstrail ask`."""

import re

import pytest

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.run.commands import RequestRun
from domain.writer import Authorship
from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT

pytestmark = pytest.mark.usefixtures("planned_by_hand")

HOW_MANY = "How many configuration items are there?"


def test_the_answer_is_the_first_line(opstrail: Command) -> None:
    assert opstrail("ask", HOW_MANY).lines[0] == "10 configuration items."


def test_an_answered_question_ends_with_0(opstrail: Command) -> None:
    assert opstrail("ask", HOW_MANY).code == 0


def test_the_last_line_names_the_run_and_how_it_was_found(opstrail: Command) -> None:
    last = opstrail("ask", HOW_MANY).lines[-1]
    run_id = opstrail("run", "list", "-o", "ids").lines[0]
    version = opstrail("run", "show", run_id, "-o", "json").json["version"]
    assert last.startswith(f"{run_id} at version {version}: success, ")
    assert last.endswith(f"(how it was found: opstrail run timeline {run_id[-8:]})")


def test_json_is_one_object_with_the_whole_response(opstrail: Command) -> None:
    response = opstrail("ask", HOW_MANY, "-o", "json").json
    assert set(response) == {
        *("run_id", "status", "route", "answer", "blocks"),
        *("references", "next_actions", "meta"),
    }
    assert response["answer"] == "10 configuration items."


def test_a_network_is_shown_as_a_tree_of_relations(opstrail: Command) -> None:
    out = opstrail("ask", "What is affected if srv-01 fails?").out
    assert "srv-01 (server, active)\n   <-RUNS_ON- db-01 (db, active)\n" in out


def test_the_author_is_the_user_of_the_system(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    opstrail("ask", HOW_MANY)
    summary = opstrail("run", "show", "latest", "-o", "json").json
    assert (summary["actor_kind"], summary["actor_id"]) == ("person", "ada")


@pytest.mark.parametrize(
    ("name", "recorded"),
    [("a\x1b\udcff\nb", "a\ufffd\ufffd b"), ("x" * 300, "x" * 200), (" ", "uid-1234")],
)
def test_whatever_the_system_calls_a_user_can_be_recorded(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch, name: str, recorded: str
) -> None:
    monkeypatch.setenv("LOGNAME", name)
    monkeypatch.setattr("os.getuid", lambda: 1234)
    opstrail("ask", HOW_MANY)
    assert opstrail("run", "show", "latest", "-o", "json").json["actor_id"] == recorded


def test_a_user_without_a_name_is_a_number(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise OSError

    monkeypatch.setattr("getpass.getuser", nameless)
    monkeypatch.setattr("os.getuid", lambda: 1234)
    opstrail("ask", HOW_MANY)
    assert opstrail("run", "show", "latest", "-o", "json").json["actor_id"] == "uid-1234"


@pytest.mark.parametrize(
    ("question", "code", "said"),
    [
        ("What is the meaning of life?", 2, "I do not understand"),
        ("What is affected if srv-99 fails?", 4, "no configuration item matches 'srv-99'"),
        ("What is the state of Twin?", 2, "twin-a"),
        ("Delete srv-01", 3, "refused"),
    ],
)
def test_a_question_without_an_answer_ends_with_why(
    opstrail: Command, question: str, code: int, said: str
) -> None:
    ended = opstrail("ask", question)
    assert (ended.code, ended.err) == (code, "")
    assert said in ended.out


def test_an_ambiguous_name_is_answered_with_the_candidates(opstrail: Command) -> None:
    out = opstrail("ask", "What is the state of Twin?").out
    assert {"twin-a", "twin-b"} <= {line.partition(" ")[0] for line in out.splitlines()}


def test_next_actions_have_a_number_where_it_can_be_taken_and_all_of_those(
    opstrail: Command,
) -> None:
    asked = opstrail("ask", "What is the state of Twin?")
    numbered = re.findall(r"(?m)^  (\d+)\. ", asked.out)
    fork = ("run", "fork", "latest", "--reason", "r", "--action", "99")
    assert f"those that can: {', '.join(numbered)}\n" in opstrail(*fork).err
    assert (numbered, "  - Trace details" in asked.out) == (["1", "2"], True)


def test_codes_close_to_an_unknown_one_are_offered(opstrail: Command) -> None:
    assert "Close to it: srv-0" in opstrail("ask", "What is affected if srv-09 fails?").out


def test_json_of_a_failed_run_is_the_response_with_its_error(opstrail: Command) -> None:
    ended = opstrail("ask", "What is affected if srv-99 fails?", "-o", "json")
    assert (ended.code, ended.json["error"]["code"]) == (4, "DATA_NOT_FOUND")


def test_a_plan_can_be_seen_without_running_it(opstrail: Command) -> None:
    ended = opstrail("ask", HOW_MANY, "--plan-only")
    assert (ended.code, ended.json["kind"]) == (0, "plan")
    assert opstrail("run", "list", "-o", "ids").out == ""


def test_a_question_that_gives_no_plan_ends_with_2(opstrail: Command) -> None:
    ended = opstrail("ask", "What is the meaning of life?", "--plan-only")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("opstrail: I do not understand")


def test_relative_times_can_count_back_from_the_newest_data(opstrail: Command) -> None:
    question = "How many event log entries are there in the last 24 hours?"
    assert opstrail("ask", question).lines[0].startswith("No event log entries")
    assert opstrail("ask", question, "--anchor", "data").lines[0].startswith("3 event log entries")


def test_the_time_of_one_call_can_be_limited(opstrail: Command) -> None:
    opstrail("ask", HOW_MANY, "--timeout-ms", "1234")
    requested = opstrail("run", "events", "latest", "-o", "jsonl").lines[0]
    assert r"\"call_timeout_ms\":1234" in requested


def test_a_repeated_key_gives_the_same_run(opstrail: Command) -> None:
    first = opstrail("ask", HOW_MANY, "--key", "k1", "-o", "json").json
    assert opstrail("ask", HOW_MANY, "--key", "k1", "-o", "json").json == first


def test_a_repeated_key_of_a_run_that_has_no_answer_yet_ends_with_1(opstrail: Command) -> None:
    request = RequestRun(question=HOW_MANY, idempotency_key="k1")  # as an older opstrail asked
    by = Authorship("acme", Actor("person", "ada"))
    with open_service(f"sqlite:///{opstrail.database}") as service:
        run_id = service.runs.request(request, by).run_id
    ended = opstrail("ask", HOW_MANY, "--key", "k1")
    assert ended.code == 1
    assert ended.lines[-1].startswith(f"{run_id} at version 1: requested")


def test_a_key_cannot_be_used_for_another_question(opstrail: Command) -> None:
    opstrail("ask", HOW_MANY, "--key", "k1")
    ended = opstrail("ask", "How many servers are there?", "--key", "k1")
    assert (ended.code, ended.out) == (2, "")
    assert "idempotency key 'k1' was used" in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'QUESTION'"),
        (["x", "--timeout-ms", "0"], "'--timeout-ms': Input should be greater than or equal to 1"),
        (["x", "--anchor", "then"], "'then' is not one of 'now', 'data'"),
        (["x", "-o", "xml"], "'xml' is not one of 'text', 'json'"),
        (["x", "--loud"], "No such option: --loud"),
    ],
)
def test_bad_arguments_are_named(opstrail: Command, arguments: list[str], said: str) -> None:
    ended = opstrail("ask", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_an_empty_estate_is_said_first(fresh: Command, opstrail: Command) -> None:
    told = (
        "the estate of tenant acme is empty: `opstrail estate discover`, `opstrail estate import`"
    )
    assert told in fresh("ask", IMPACT).err
    assert told not in opstrail("ask", IMPACT).err


def test_nothing_is_offered_to_be_taken_where_there_is_nothing(opstrail: Command) -> None:
    assert "take one" in opstrail("ask", IMPACT).out
    nothing = opstrail("ask", "hello")
    assert nothing.code == 0
    assert "take one" not in nothing.out
