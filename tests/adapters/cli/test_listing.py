"""`opstrail run list -q` and --attention, `run failures`, and the run list built anew."""

import sqlite3
from contextlib import closing

import pytest

from tests.adapters.cli.command import Command

pytestmark = pytest.mark.usefixtures("planned_by_hand")

HOW_MANY = "How many configuration items are there?"
NOT_THERE = "What is srv-none-99?"


@pytest.fixture
def asked(opstrail: Command) -> Command:
    """A run that answered, and one that failed."""
    opstrail("ask", HOW_MANY)
    assert opstrail("ask", NOT_THERE).code != 0
    return opstrail


def questions(ended_json: list[dict[str, str]]) -> list[str]:
    return [summary["question"] for summary in ended_json]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status = failed", [NOT_THERE]),
        ("status = success AND started > -1h", [HOW_MANY]),
        ("tool = ci", [NOT_THERE, HOW_MANY]),
        ("call(tool = ci AND error != none)", [NOT_THERE]),
        ("question ~ 'SRV-NONE'", [NOT_THERE]),
        ("tool = nothing", []),
    ],
)
def test_a_filter_says_which_runs_are_listed(asked: Command, query: str, found: list[str]) -> None:
    assert questions(asked("run", "list", "-q", query, "-o", "json").json) == found


def test_a_filter_and_the_other_options_all_have_to_fit(asked: Command) -> None:
    listed = asked("run", "list", "-q", "tool = ci", "--status", "success", "-o", "json").json
    assert questions(listed) == [HOW_MANY]


def test_a_filter_that_cannot_be_read_ends_with_2_and_marks_the_place(asked: Command) -> None:
    ended = asked("run", "list", "-q", "status = faild")
    assert ended.code == 2
    assert ended.err.splitlines()[:3] == [
        "opstrail: the filter is wrong at character 10: status is one of a few words,"
        " not 'faild'; did you mean failed?",
        "  status = faild",
        "           ^^^^^",
    ]


def test_a_failed_run_needs_attention_until_it_is_made_good(asked: Command) -> None:
    (failed,) = asked("run", "list", "--attention", "-o", "ids").lines
    with closing(sqlite3.connect(asked.database)) as connection, connection:
        connection.execute("DROP TRIGGER run_summaries_guard_1")
        statement = "UPDATE run_summaries SET parent_run_id = ? WHERE state = 'completed'"
        assert connection.execute(statement, (failed,)).rowcount == 1
    assert asked("run", "list", "--attention", "-o", "ids").lines == []


def test_kinds_of_failures_are_listed_with_a_run_of_each(asked: Command) -> None:
    asked("ask", "What is srv-none-98?")
    head, _, line = asked("run", "failures").lines
    assert head.split() == [
        *("kind", "runs", "calls", "first", "last", "course", "newest", "run", "where", "error")
    ]
    assert line.split()[1:3] == ["2", "2"]
    assert "goes on" in line
    assert "srv-none-98" in line
    assert "ci.resolve" in line


def test_a_kind_of_failure_names_its_runs_and_they_the_kind(asked: Command) -> None:
    (group,) = asked("run", "failures", "-o", "json").json
    kind, run = group["fingerprint"], group["example_run_id"]
    assert (group["run_count"], group["call_count"], group["code"]) == (1, 1, "DATA_NOT_FOUND")
    assert asked("run", "failures", "-o", "ids").lines == [kind]
    assert asked("run", "failures", kind, "-o", "ids").lines == [run]
    assert asked("run", "list", "-q", f"fingerprint = {kind}", "-o", "ids").lines == [run]
    assert asked("run", "show", run, "-o", "json").json["fingerprint"] == kind


@pytest.mark.parametrize(
    ("change", "code"),
    [(("--result", "aggregate=error:TOOL_TIMEOUT"), 1), (("--at", "3", "--blocked"), 3)],
)
def test_what_a_what_if_brings_about_is_no_failure(
    asked: Command, change: tuple[str, ...], code: int
) -> None:
    before = asked("run", "failures", "-o", "json").json
    parent = asked("run", "list", "-q", "status = success", "-o", "ids").lines[0]
    assert asked("run", "fork", parent, *change, "--reason", "what if").code == code
    assert asked("run", "failures", "-o", "json").json == before


def test_where_there_are_no_failures_it_is_said(opstrail: Command) -> None:
    ended = opstrail("run", "failures")
    assert (ended.code, ended.out, ended.err) == (0, "", "No failures.\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("5f1c0a2e9b77",), 4, "no run has a failure of kind '5f1c0a2e9b77'"),
        (("5f1c0a2e9b77", "--since", "-1d"), 2, "a kind has no --since; use -q 'started > -7d'"),
        (("--since", "soon"), 2, "Invalid value for --since: 'soon' is not a time such as -24h"),
        (("-q", "status ="), 2, "expected"),
    ],
)
def test_failures_that_cannot_be_listed_are_refused(
    asked: Command, arguments: tuple[str, ...], code: int, message: str
) -> None:
    ended = asked("run", "failures", *arguments)
    assert (ended.code, ended.out) == (code, "")
    assert message in ended.err


def test_the_run_list_is_built_anew(asked: Command) -> None:
    with closing(sqlite3.connect(asked.database)) as connection, connection:
        connection.execute("DROP TRIGGER run_summaries_guard_2")
        connection.execute("DELETE FROM run_summaries")
    ended = asked("projection", "rebuild-run-list")
    head, _, names, *lines = ended.lines
    assert head == "2 runs; 2 listed otherwise before (2 missing)."
    assert names.split() == ["tenant", "run", "was", "fields"]
    assert [line.split()[2] for line in lines[-2:]] == ["missing", "missing"]
    rebuilt = asked("projection", "rebuild-run-list", "-o", "json").json
    assert (rebuilt["changed_count"], rebuilt["repaired"]) == (0, [])
    assert questions(asked("run", "list", "-o", "json").json) == [NOT_THERE, HOW_MANY]
