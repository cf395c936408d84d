"""`opstrail estate`: what imports change, retire, and put on the record."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.cli.command import Command, Ended

WHY = ("--reason", "it was scrapped")
HEAD = "ci_code,ci_name,ci_type,owner,tags.role,tags.env"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "inventory"
    folder.mkdir()
    write(
        folder, "cis.csv", HEAD, "srv-1,One,HW,anna,web,prod", *(f"srv-{n},N,HW,,," for n in "234")
    )
    write(folder, "relations.csv", "source_code,rel_type,target_code", "srv-1,USES,srv-2")
    return folder


@pytest.fixture
def filled(fresh: Command, folder: Path) -> Command:
    assert fresh("estate", "import", str(folder)).code == 0
    return fresh


def write(folder: Path, name: str, *lines: str) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def item(command: Command, code: str) -> Any:  # noqa: ANN401 - JSON
    asked = ("tool", "call", "ci.get_by_code", "--params", json.dumps({"ci_code": code}))
    ended = command(*asked, "-o", "json")
    return ended.json["data"]["rows"][0] if ended.code == 0 else None


def counts(ended: Ended) -> dict[str, tuple[int, ...]]:
    """Added, changed, unchanged and retired, by kind."""
    return {kind: tuple(found.values()) for kind, found in ended.json["by_kind"].items()}


def imported(command: Command, path: str, *options: str) -> dict[str, tuple[int, ...]]:
    ended = command("estate", "import", path, *options, "-o", "json")
    assert ended.code == 0, ended.err
    return counts(ended)


def changes(command: Command, *options: str) -> list[tuple[str, str]]:
    found = command("estate", "changes", *options, "-o", "json").json
    return [(each["record"]["change"], each["record"]["key"][0]) for each in found]


def test_a_file_changes_only_the_columns_that_it_has(filled: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "f", "cis.csv", "ci_code,owner", "SRV-1,carl")
    assert imported(filled, path) == {"cis": (0, 1, 0, 0)}
    found = item(filled, "srv-1")
    assert (found["owner"], found["ci_name"], found["tags"]) == (
        "carl",
        "One",
        {"role": "web", "env": "prod"},
    )


def test_an_empty_cell_empties_its_field_and_its_key(filled: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "f", "cis.csv", "ci_code,owner,tags.role", "srv-1,,")
    imported(filled, path)
    found = item(filled, "srv-1")
    assert (found["owner"], found["tags"]) == ("", {"env": "prod"})


def test_an_absent_key_of_json_stays_and_null_empties(filled: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "f", "cis.jsonl", '{"ci_code": "srv-1", "owner": null}')
    imported(filled, path)
    found = item(filled, "srv-1")
    assert (found["owner"], found["ci_name"]) == ("", "One")


def test_a_new_item_still_needs_its_name(filled: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "f", "cis.csv", "ci_code,owner", "srv-9,carl")
    ended = filled("estate", "import", path)
    assert (ended.code, "cis.csv line 2: ci_name: is required" in ended.err) == (2, True)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_headers_with_blanks_are_read(
    fresh: Command, tmp_path: Path, delimiter: str
) -> None:
    lines = ("\ufeff CI Code ,ci_name,CI_TYPE", 'srv-1,"One, two",HW')
    head, row = (line.replace(",", delimiter) for line in lines)
    path = write(tmp_path / "f", "cis.csv", head, row.replace(f"One{delimiter}", "One,"))
    assert imported(fresh, path) == {"cis": (1, 0, 0, 0)}
    assert item(fresh, "srv-1")["ci_name"] == "One, two"


def test_the_same_files_again_change_nothing(filled: Command, folder: Path) -> None:
    before = filled("estate", "summary", "-o", "json").json
    assert imported(filled, str(folder)) == {"cis": (0, 0, 4, 0), "relations": (0, 0, 1, 0)}
    assert filled("estate", "summary", "-o", "json").json == before


def test_a_replacement_retires_what_its_source_brings_no_more(
    filled: Command, tmp_path: Path
) -> None:
    other = write(tmp_path / "o", "cis.csv", "ci_code,ci_name,ci_type", "db-1,D,SW")
    imported(filled, other, "--source", "dba")
    rows = (f"srv-{n},N,HW" for n in "134")
    path = write(tmp_path / "f", "cis.csv", "ci_code,ci_name,ci_type", *rows)
    assert imported(filled, path, "--mode", "replace") == {
        "relations": (0, 0, 0, 1),
        "cis": (0, 1, 2, 1),
    }
    assert [bool(item(filled, code)) for code in ("srv-1", "srv-2", "db-1")] == [True, False, True]
    answer = filled("ask", "What is affected if srv-1 fails?", "-o", "json")
    assert "srv-2" not in answer.out


def test_an_import_that_would_retire_most_needs_force(filled: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "f", "cis.csv", "ci_code,ci_name,ci_type", "srv-1,One,HW")
    refused = filled("estate", "import", path, "--mode", "replace")
    assert (refused.code, "3 of 4 cis of the source 'files'" in refused.err) == (2, True)
    assert "--force" in refused.err
    assert imported(filled, path, "--mode", "replace", "--force")["cis"] == (0, 0, 1, 3)


def test_an_empty_file_retires_nothing_unless_forced(filled: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "f", "relations.csv", "source_code,rel_type,target_code")
    assert filled("estate", "import", path, "--mode", "replace").code == 2
    assert imported(filled, path, "--mode", "replace", "--force") == {"relations": (0, 0, 0, 1)}


def test_a_dry_run_shows_the_differences_and_writes_nothing(
    filled: Command, tmp_path: Path
) -> None:
    path = write(tmp_path / "f", "cis.csv", "ci_code,ci_name,ci_type", "srv-1,New,HW", "x,X,SW")
    before = filled("estate", "summary", "-o", "json").json, changes(filled)
    ended = filled("estate", "import", path, "--dry-run")
    assert 'changed cis srv-1: ci_name "One" -> "New"' in ended.out
    assert "nothing was written" in ended.err
    dry = filled("estate", "import", path, "--dry-run", "-o", "json").json
    assert [each["change"] for each in dry["differing"]] == ["changed", "added"]
    assert (filled("estate", "summary", "-o", "json").json, changes(filled)) == before


def test_each_import_is_on_the_record_with_who_and_from_what(filled: Command) -> None:
    (change,) = filled("estate", "history", "-o", "json").json
    assert (change["action"], change["what"], change["by"].split()[0]) == (
        "merge",
        "files",
        "person",
    )
    assert [each["name"] for each in change["files"]] == ["cis.csv", "relations.csv"]
    assert change["by_kind"]["cis"]["added"] == 4
    assert "merge" in filled("estate", "history").out


def test_what_changed_of_an_item_is_told_with_before_and_after(
    filled: Command, tmp_path: Path
) -> None:
    imported(filled, write(tmp_path / "f", "cis.csv", "ci_code,owner", "srv-1,carl"))
    found = filled("estate", "changes", "--item", "SRV-1", "-o", "json").json
    assert [each["record"]["change"] for each in found] == ["changed", "added", "added"]
    assert (found[0]["record"]["before"], found[0]["record"]["after"]) == (
        {"owner": "anna"},
        {"owner": "carl"},
    )
    assert 'owner "anna" -> "carl"' in filled("estate", "changes", "--item", "srv-1").out


def test_changes_of_before_a_time_are_not_told(filled: Command) -> None:
    assert changes(filled, "--since", "2030-01-01") == []
    assert changes(filled, "--since", "-1h")


@pytest.mark.parametrize(
    ("removed", "code", "told"),
    [
        (("srv-99",), 4, "no configuration item has the code 'srv-99'"),
        (("--source", "cmdb"), 4, "the source 'cmdb' has brought nothing"),
        ((), 2, "give the code of an item, or a source"),
    ],
)
def test_what_is_not_there_cannot_be_removed(
    filled: Command, removed: tuple[str, ...], code: int, told: str
) -> None:
    ended = filled("estate", "remove", *removed, *WHY)
    assert (ended.code, told in ended.err) == (code, True)
    assert len(filled("estate", "history", "-o", "json").json) == 1


def test_a_relation_to_a_retired_item_is_refused_naming_it(filled: Command, folder: Path) -> None:
    filled("estate", "remove", "srv-2", *WHY)
    ended = filled("estate", "import", str(folder / "relations.csv"))
    assert ended.code == 2
    assert (
        "relations.csv line 2: target_code: the configuration item 'srv-2' is retired" in ended.err
    )


def test_the_record_travels_with_the_log(filled: Command, tmp_path: Path) -> None:
    log, other = str(tmp_path / "log.zst"), Command(tmp_path / "other.db", filled.capsys)
    assert filled("log", "export", log).code == 0
    assert other("log", "import", log).code == 0
    assert changes(other) == changes(filled) != []
    assert other("log", "verify").code == 0
    assert other("db", "sweep").code == 0
    assert changes(other) == changes(filled)


def test_a_killed_import_leaves_all_or_nothing(fresh: Command, tmp_path: Path) -> None:
    fresh("db", "upgrade")
    rows = (f"srv-{n},N,HW,,," for n in range(3000))
    path = write(tmp_path / "f", "cis.csv", HEAD, *rows)
    program = [sys.executable, "-m", "adapters.cli", "--database", str(fresh.database)]
    program += ["--tenant", fresh.tenant]
    for delay in (0.6, 1.0, 1.4):
        started = subprocess.Popen(
            [*program, "estate", "import", path],
            stdout=subprocess.DEVNULL,
        )
        try:
            started.wait(delay)
        except subprocess.TimeoutExpired:
            os.kill(started.pid, signal.SIGKILL)
            started.wait()
        there = fresh("estate", "summary", "-o", "json").json["counts"]["cis"]
        assert (there, len(changes(fresh, "--limit", "5000"))) in {(0, 0), (3000, 3000)}
