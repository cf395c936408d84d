"""`opstrail estate`."""

import subprocess
from pathlib import Path

import pytest

from adapters.cli.app import main
from tests.adapters.cli.command import Command


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "cis.csv").write_text("ci_code,ci_name,ci_type\nsrv-1,One,HW\nsrv-2,Two,HW\n")
    (folder / "relations.csv").write_text(
        "source_code,rel_type,target_code\nsrv-1,CONNECTED_TO,srv-2\n"
    )
    return folder


def test_files_are_imported_and_counted(fresh: Command, inventory: Path) -> None:
    ended = fresh("estate", "import", str(inventory), "-o", "json")
    assert ended.code == 0
    assert ended.json["counts"] | {"cis": 2, "relations": 1} == ended.json["counts"]


def test_imported_items_answer_questions(fresh: Command, inventory: Path) -> None:
    fresh("estate", "import", str(inventory))
    answer = fresh("ask", "How many configuration items are there?").lines[0]
    assert answer == "2 configuration items."


def test_files_may_name_items_that_are_there_already(opstrail: Command, tmp_path: Path) -> None:
    path = tmp_path / "relations.csv"
    path.write_text("source_code,rel_type,target_code\nlone-01,USES,srv-01\n")
    assert opstrail("estate", "import", str(path)).code == 0


def test_bad_files_are_refused_with_line_field_and_value(fresh: Command, inventory: Path) -> None:
    (inventory / "cis.csv").write_text("ci_code,ci_name,ci_type,criticality\nsrv-1,One,HW,9\n")
    ended = fresh("estate", "import", str(inventory))
    assert (ended.code, ended.out) == (2, "")
    assert "cis.csv line 2: criticality: " in ended.err
    assert not fresh.database.exists()


def test_files_that_do_not_exist_are_refused(fresh: Command) -> None:
    ended = fresh("estate", "import", "nowhere")
    assert ended.code == 2
    assert "nowhere: does not exist" in ended.err


def test_the_summary_counts_and_dates_what_is_there(opstrail: Command) -> None:
    summary = opstrail("estate", "summary", "-o", "json").json
    assert summary["counts"]["cis"] == 10
    assert summary["newest_at"] == "2025-12-31T11:00:00+00:00"
    assert "2025-12-31T11:00:00+00:00" in opstrail("estate", "summary").out


def test_an_empty_estate_is_told_how_to_fill(fresh: Command) -> None:
    fresh("db", "upgrade")
    ended = fresh("estate", "summary")
    assert (ended.code, ended.out) == (0, "")
    assert "estate discover`" in ended.err


def test_the_demo_estate_ends_at_its_anchor(fresh: Command) -> None:
    anchor = "2026-03-01T12:00:00Z"
    made = fresh("estate", "demo", "--days", "1", "--anchor", anchor, "-o", "json")
    summary = fresh("estate", "summary", "-o", "json").json
    assert made.json["source"] == "demo"
    assert summary["counts"]["cis"] == 280
    assert "2026-03-01T11" <= summary["newest_at"] <= "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize("anchor", ["yesterday", "2026-03-01T12:00:00"])
def test_an_anchor_needs_a_zone(fresh: Command, anchor: str) -> None:
    ended = fresh("estate", "demo", "--anchor", anchor)
    assert ended.code == 2
    assert f"--anchor: '{anchor}' is no instant with a zone" in ended.err


def test_this_machine_is_discovered(fresh: Command) -> None:
    ended = fresh("estate", "discover", "--seconds", "0", "-o", "json")
    assert (ended.code, ended.json["source"]) == (0, "discover")
    assert ended.json["counts"]["cis"] > 0


def test_what_has_vanished_from_this_machine_is_gone_after_the_next_discovery(
    fresh: Command,
) -> None:
    with subprocess.Popen(["/bin/sleep", "60"]) as process:
        fresh("estate", "discover", "--seconds", "0")
        process.kill()
    search = (
        "tool",
        "call",
        "ci.get_by_code",
        "--params",
        f'{{"ci_code": "sleep-{process.pid}"}}',
    )
    assert fresh(*search).code == 0
    fresh("estate", "discover", "--seconds", "0")
    assert fresh(*search).code == 4


def test_imported_items_stay_when_others_are_imported(
    fresh: Command, inventory: Path, tmp_path: Path
) -> None:
    more = tmp_path / "cis.csv"
    more.write_text("ci_code,ci_name,ci_type\nsrv-3,Three,HW\n")
    fresh("estate", "import", str(inventory))
    fresh("estate", "import", str(more))
    assert fresh("estate", "summary", "-o", "json").json["counts"]["cis"] == 3


def test_tenants_have_estates_of_their_own(opstrail: Command) -> None:
    summary = opstrail("--tenant", "other", "estate", "summary", "-o", "json").json
    assert summary["counts"]["cis"] == 0


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_an_exported_estate_is_imported_as_it_was(
    opstrail: Command, tmp_path: Path, suffix: str
) -> None:
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    opstrail("estate", "remove", "lone-01", "--reason", "scrapped")
    written = opstrail("estate", "export", first, "--format", suffix, "-o", "json")
    other = Command(tmp_path / "other.db", opstrail.capsys)
    assert other("estate", "import", first).code == 0
    again = other("estate", "export", second, "--format", suffix, "-o", "json")
    assert (written.code, again.json["counts"]) == (0, written.json["counts"])
    for path in Path(first).iterdir():
        assert (Path(second) / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("estate", "import", "{bad}"), 2),
        (("estate", "import", "nosuch"), 2),
        (("estate", "import", "{good}", "--dry-run"), 4),
        (("run", "import", "{good}/cis.csv"), 2),
        (("log", "import", "nosuch"), 2),
    ],
)
def test_what_is_refused_or_only_tried_makes_no_database(
    inventory: Path, tmp_path: Path, command: tuple[str, ...], code: int
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "cis.csv").write_text("ci_code,ci_name,ci_type,criticality\nsrv-1,One,HW,9\n")
    arguments = [each.format(good=inventory, bad=bad) for each in command]
    assert main(["--database", str(tmp_path / "none.db"), *arguments]) == code
    assert not (tmp_path / "none.db").exists()
