"""A secret that somebody types is in no file, and the answer comes all the same."""

import json
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command, Ended

QUESTION = "What is the state of srv-01 with password=hunter2"
TOLD = "opstrail: removed before it was recorded: question (1 by pattern password)"


def holds(folder: Path, text: str) -> list[str]:
    """The files below a folder that have the text."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path.name for path in files if text.encode() in path.read_bytes()]


def leaks(ended: Ended) -> bool:
    return "hunter2" in ended.out + ended.err


def test_a_question_with_a_password_is_answered_and_told(
    opstrail: Command, tmp_path: Path
) -> None:
    asked = opstrail("ask", QUESTION)
    assert (asked.code, asked.err.splitlines()) == (0, [TOLD])
    shown = opstrail("run", "show", "latest")
    assert "removed       question (1 by pattern password)" in shown.out
    assert "question  What is the state of srv-01 with password=[redacted:password]" in (
        " ".join(opstrail("run", "trace", "latest").out.split()).replace("question ", "question  ")
    )
    assert opstrail("run", "search", "hunter2", "-o", "ids").out == ""
    assert (leaks(asked), leaks(shown)) == (False, False)
    assert holds(tmp_path, "hunter2") == []


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "Why does login fail with password=hunter2"),
        ("ask", QUESTION, "--plan-only"),
        ("run", "cancel", "latest", "--reason", "pwd=hunter2"),
        ("run", "annotate", "latest", "password: hunter2"),
        ("run", "flag", "latest", "wrong", "--note", "password: hunter2"),
        ("run", "fork", "latest", "--reason", "password: hunter2"),
        ("run", "rerun", "latest", "--reason", "password: hunter2"),
        ("run", "fork", "latest", "--reason", "x", "--patch", "plan.password=hunter2"),
        ("run", "show", "password=hunter2"),
        ("run", "list", "-q", "question = 'password=hunter2' AND"),
        ("estate", "remove", "srv-01", "--reason", "password: hunter2"),
        ("golden", "pin", "latest", "--name", "password=hunter2"),
        ("replay", "start", "--mode", "verify", "-q", "", "--reason", "password: hunter2"),
        ("tool", "call", "ci.search", "--params", '{"password": "hunter2"}'),
        (
            "tool",
            "call",
            "ci.search",
            "--params",
            '{"keywords": "password=hunter2", "limit": "x"}',
        ),
    ],
    ids=" ".join,
)
def test_no_command_writes_or_shows_it(
    opstrail: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    opstrail("ask", "What is the state of srv-01")
    ended = opstrail(*words)
    assert (leaks(ended), holds(tmp_path, "hunter2"), ended.code < 5) == (False, [], True)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        (("--mode", "verify", "--reason", "password: hunter2"), "reason"),
        (
            ("--mode", "fork", "--reason", "x", "--patch", 'primary.keywords=["pwd=hunter2"]'),
            "patches.plan.primary.keywords.*",
        ),
    ],
    ids=("reason", "patch"),
)
def test_a_bulk_replay_tells_what_was_removed_from_it(
    opstrail: Command, given: tuple[str, ...], where: str
) -> None:
    opstrail("ask", "What is the state of srv-01")
    removed = f"{where} (1 by pattern password)"
    assert f"recorded: {removed}" in opstrail("replay", "start", "-q", "", *given).err
    (listed,) = opstrail("replay", "list", "-o", "json").json
    assert listed["removed"] == [{"pattern": "password", "where": where, "count": 1}]
    assert f"removed          {removed}" in opstrail("replay", "show", "latest").out


def test_a_plan_file_s_password_is_removed_and_its_call_not_made(
    opstrail: Command, tmp_path: Path
) -> None:
    plan = tmp_path / "plans" / "plan.json"
    plan.parent.mkdir()
    plan.write_text(json.dumps({"primary": {"keywords": ["password=hunter2"]}}))
    ended = opstrail("run", "start", "--plan", str(plan))
    plan.unlink()
    assert (ended.code, leaks(ended), holds(tmp_path, "hunter2")) == (2, False, [])
    assert "plan_output.plan.primary.keywords.* (1 by pattern password)" in ended.err
    refused = opstrail("run", "rerun", "latest", "--reason", "again")
    assert (refused.code, "=secret:NAME" in refused.err) == (2, True)


def test_a_wrong_value_of_a_secret_field_is_not_shown(opstrail: Command, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"primary": {"token": "hunter2"}}))
    ended = opstrail("run", "start", "--plan", str(plan))
    assert (ended.code, leaks(ended)) == (2, False)
    assert "got a value that is not shown" in ended.err


def test_a_named_secret_that_is_not_there_fails_the_call(opstrail: Command) -> None:
    params = '{"keywords": ["secret:ERP"]}'
    ended = opstrail("tool", "call", "ci.search", "--params", params)
    assert (ended.code, "set OPSTRAIL_SECRET_ERP" in ended.out + ended.err) == (2, True)


def test_a_named_secret_is_shown_as_its_name_and_used_as_its_value(
    opstrail: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_SECRET_WHICH", "srv-01")
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"primary": {"keywords": ["secret:WHICH"]}}))
    assert opstrail("run", "start", "--plan", str(plan)).code == 0
    trace = opstrail("run", "trace", "latest", "-o", "json").json
    (call,) = trace["execution_steps"]
    assert (call["params"]["text"], call["status"]) == ("secret:WHICH", "succeeded")
    assert "[redacted:secret-which]" in json.dumps(call)


def test_a_pattern_file_that_is_wrong_stops_before_anything_is_recorded(
    opstrail: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "redaction.toml"
    file.write_text('[[pattern]]\nname = "x"\nhints = ["abc"]\nregex = "abc.*"\n')
    monkeypatch.setenv("OPSTRAIL_REDACTION_FILE", str(file))
    ended = opstrail("ask", "What is the state of srv-01")
    assert (ended.code, "OPSTRAIL_REDACTION_FILE" in ended.err) == (2, True)
    monkeypatch.delenv("OPSTRAIL_REDACTION_FILE")
    assert "No runs." in opstrail("run", "list").err


def test_a_secret_of_an_estate_file_is_not_in_the_record_of_its_import(
    fresh: Command, tmp_path: Path
) -> None:
    file = tmp_path / "cis.jsonl"
    item = {"ci_code": "a", "ci_name": "A", "ci_type": "HW", "attributes": {}}
    for password in ("hunter2", "hunter3"):
        item["attributes"] = {"db_password": password, "note": f"--password {password}"}
        file.write_text(json.dumps(item))
        told = fresh("estate", "import", str(file)).err
        assert "after.attributes.db_password (1 by pattern password)" in told
    found = fresh("estate", "changes", "-o", "json")
    assert (len(found.json), leaks(found), "hunter3" in found.out) == (2, False, False)
    assert found.out.count("[redacted:password]") == found.out.count("[redacted:option]") == 3


def test_a_source_named_by_a_secret_has_a_mark_in_its_name(
    opstrail: Command, tmp_path: Path
) -> None:
    file = tmp_path / "cis.csv"
    file.write_text("ci_code,ci_name,ci_type\na,A,HW\n")
    source = ("--source", "password=hunter2")
    brought = opstrail("estate", "import", str(file), *source)
    assert (leaks(brought), holds(tmp_path, "hunter2")) == (False, [])
    assert "recorded: source (1 by pattern password)" in brought.err
    removed = opstrail("estate", "remove", *source, "--reason", "pwd: hunter2")
    assert (leaks(removed), removed.code) == (False, 0)
    assert "retired (1 by pattern password), reason (1 by pattern password)" in removed.err


def test_a_golden_run_tells_what_was_removed_from_its_name(opstrail: Command) -> None:
    opstrail("ask", "What is the state of srv-01")
    pinned = opstrail("golden", "pin", "latest", "--name", "ghp_16C7e42F292c6912E7")
    assert (pinned.code, "recorded: name (1 by pattern vendor-token)" in pinned.err) == (0, True)
    unpinned = opstrail(*("golden", "unpin", "[redacted:vendor-token]", "--reason", "pwd: x"))
    assert "recorded: reason (1 by pattern password)" in unpinned.err


def test_a_hint_has_no_password_of_the_name_of_a_database(
    fresh: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = ("--database", "host=h password=hunter2")
    for words in (("run", "list"), ("ask", QUESTION)):
        ended = fresh(*named, *words)
        assert ("opstrail --database" in ended.err, leaks(ended)) == (True, False)
