"""`opstrail projection` and `opstrail run search`."""

import sqlite3
from contextlib import closing

import pytest

from tests.adapters.cli.command import Command

HOW_MANY = "How many configuration items are there?"


@pytest.fixture
def asked(opstrail: Command) -> Command:
    opstrail("ask", HOW_MANY)
    return opstrail


def change(opstrail: Command, statement: str) -> None:
    with closing(sqlite3.connect(opstrail.database)) as connection, connection:
        assert connection.execute(statement).rowcount


def test_every_projection_is_listed_with_its_lag(asked: Command) -> None:
    head, _, *lines = asked("projection", "list").lines
    assert head.split() == ["projection", "generation", "status", "position", "lag", "parked"]
    assert [line.split()[:4] for line in lines] == [
        ["tool_statistics", "1", "live", "0"],
        ["run_search", "1", "live", "0"],
        ["run_calls", "1", "live", "0"],
        ["run_items", "1", "live", "0"],
    ]


def test_the_list_as_json_has_every_generation(asked: Command) -> None:
    found = asked("projection", "list", "-o", "json").json
    assert [each["name"] for each in found] == [
        "tool_statistics",
        "run_search",
        "run_calls",
        "run_items",
    ]
    assert all(each["lag"] > 0 for each in found)


def test_the_status_is_that_of_a_projection_that_caught_up(asked: Command) -> None:
    (found,) = asked("projection", "status", "run_search", "-o", "json").json
    assert (found["lag"], found["parked_count"], found["problem"]) == (0, 0, None)


def test_the_status_shows_parked_runs_with_their_error(asked: Command) -> None:
    asked("projection", "status", "run_search")
    change(
        asked,
        "INSERT INTO parked_streams VALUES ('run_search', 1, 'acme', 'run-7', 3, 'ValueError: x')",
    )
    out = asked("projection", "status", "run_search").out
    assert "run-7" in out
    assert "ValueError: x" in out


def test_the_status_says_that_the_log_is_another_one(asked: Command) -> None:
    asked("projection", "status", "run_search")
    change(asked, "UPDATE projections SET log_hash = x'00' WHERE name = 'run_search'")
    ended = asked("projection", "status", "run_search")
    assert ended.code == 0
    assert "problem: run_search 1: the log is not the one that was read" in ended.out


def test_an_equal_rebuild_ends_with_0(asked: Command) -> None:
    ended = asked("projection", "rebuild", "tool_statistics")
    assert ended.code == 0
    assert "They are equal: the rebuilt one is live." in ended.out


def test_a_rebuild_that_differs_ends_with_1_and_both_values(asked: Command) -> None:
    asked("run", "search", "configuration")
    change(asked, "UPDATE run_search SET question = 'false'")
    ended = asked("projection", "rebuild", "run_search")
    assert ended.code == 1
    assert "They differ: the live one stays." in ended.out
    assert '"question": "false"' in ended.out
    assert '"question": "how many configuration items are there"' in ended.out


def test_differences_can_be_accepted(asked: Command) -> None:
    asked("run", "search", "configuration")
    change(asked, "UPDATE run_search SET question = 'false'")
    ended = asked("projection", "rebuild", "run_search", "--accept-differences")
    assert ended.code == 0
    assert "They differ: the rebuilt one is live." in ended.out


def test_the_old_generation_can_be_kept(asked: Command) -> None:
    asked("projection", "rebuild", "run_search", "--keep-old")
    found = asked("projection", "list", "-o", "json").json
    assert [each["status"] for each in found if each["name"] == "run_search"] == [
        "retired",
        "live",
    ]


def test_a_rebuild_of_another_log_says_that_nothing_can_be_compared(asked: Command) -> None:
    asked("projection", "status", "run_search")
    change(asked, "UPDATE projections SET log_hash = x'00' WHERE name = 'run_search'")
    ended = asked("projection", "rebuild", "run_search", "-o", "json")
    assert ended.code == 1
    assert (ended.json["equivalence"], ended.json["is_equal"]) == (None, False)
    assert "was a backup restored" in ended.json["incomparable"]


def test_the_report_says_why_nothing_can_be_compared(asked: Command) -> None:
    asked("projection", "status", "run_search")
    change(asked, "UPDATE projections SET log_hash = x'00' WHERE name = 'run_search'")
    assert (
        "They cannot be compared (the log is" in asked("projection", "rebuild", "run_search").out
    )


def test_a_rebuild_that_may_still_run_ends_with_1(asked: Command) -> None:
    asked("projection", "status", "run_search")
    change(asked, "UPDATE projections SET owner = 'other', lease_until = '9999'")
    ended = asked("projection", "rebuild", "run_search")
    assert ended.code == 1
    assert "is being moved by another process until 9999" in ended.err


@pytest.mark.parametrize("command", ["status", "rebuild"])
def test_a_projection_that_does_not_exist_ends_with_4(opstrail: Command, command: str) -> None:
    ended = opstrail("projection", command, "nope")
    assert ended.code == 4
    assert "no projection 'nope'; there are: tool_statistics, run_search" in ended.err


def test_runs_are_found_by_their_words(asked: Command) -> None:
    asked("ask", "Delete srv-01")
    found = asked("run", "search", "srv-01", "-o", "json").json
    assert [run["question"] for run in found] == ["Delete srv-01"]


def test_a_search_without_a_result_says_so(asked: Command) -> None:
    ended = asked("run", "search", "nowhere")
    assert (ended.code, ended.out, ended.err) == (0, "", "No runs.\n")


def test_a_search_for_no_word_ends_with_2(asked: Command) -> None:
    ended = asked("run", "search", "?!")
    assert ended.code == 2
    assert "'?!' has no letter or digit to search for" in ended.err


def test_runs_of_other_tenants_are_not_found(asked: Command) -> None:
    assert asked("--tenant", "other", "run", "search", "configuration", "-o", "ids").out == ""


def test_a_search_in_another_log_ends_with_1(asked: Command) -> None:
    asked("run", "search", "items")
    change(asked, "UPDATE projections SET log_hash = x'00' WHERE name = 'run_search'")
    ended = asked("run", "search", "items")
    assert ended.code == 1
    assert "the log is not the one that was read" in ended.err
