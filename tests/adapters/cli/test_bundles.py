"""`opstrail run export`, `import` and `verify-bundle`: what they print and how they end."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command


@pytest.fixture
def recorded(opstrail: Command) -> Command:
    assert opstrail("ask", "How many servers are there?").code == 0
    return opstrail


@pytest.fixture
def bundle(recorded: Command, tmp_path: Path) -> Path:
    path = tmp_path / "run.zip"
    assert recorded("run", "export", "latest", "--bundle", str(path)).code == 0
    return path


def head_of(command: Command) -> str:
    return str(command("run", "show", "latest", "-o", "json").json["head_hash"])


def changed(bundle: Path) -> Path:
    content = bundle.read_bytes()
    bundle.write_bytes(content.replace(b"How many servers", b"How many sorvers"))
    return bundle


def test_an_export_shows_run_and_head_hash(recorded: Command, tmp_path: Path) -> None:
    ended = recorded("run", "export", "latest", "--bundle", str(tmp_path / "run.zip"))
    assert (ended.code, ended.err) == (0, f"Exported to {tmp_path / 'run.zip'}.\n")
    assert head_of(recorded) in ended.out


def test_the_head_hash_to_keep_is_whole_on_a_terminal(
    recorded: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    assert (
        head_of(recorded) in recorded("run", "export", "latest", "--bundle", f"{tmp_path}/a").out
    )


def test_an_export_leaves_the_file_of_another_alone(recorded: Command, bundle: Path) -> None:
    before = bundle.read_bytes()
    ended = recorded("run", "export", "latest", "--bundle", str(bundle))
    assert (ended.code, bundle.read_bytes()) == (1, before)
    assert "there is such a file: name a new one" in ended.err


def test_an_export_needs_runs_that_are_there(recorded: Command, tmp_path: Path) -> None:
    file = tmp_path / "run.zip"
    assert recorded("run", "export", "latest", "nope", "--bundle", str(file)).code == 4
    assert not file.exists()


def test_an_export_needs_a_file(recorded: Command) -> None:
    ended = recorded("run", "export", "latest")
    assert (ended.code, "Missing option '--bundle'" in ended.err) == (2, True)


def test_a_bundle_is_verified_without_any_database(fresh: Command, bundle: Path) -> None:
    ended = fresh("run", "verify-bundle", str(bundle))
    assert (ended.code, ended.lines[-1]) == (0, "Sound.")
    assert not fresh.database.exists()


def test_a_verified_bundle_as_json_is_its_manifest(recorded: Command, bundle: Path) -> None:
    shown = recorded("run", "verify-bundle", str(bundle), "-o", "json").json
    assert (shown["is_sound"], shown["tenant_id"]) == (True, "acme")
    assert [run["head_hash"] for run in shown["runs"]] == [head_of(recorded)]


def test_a_changed_bundle_is_told_with_member_run_and_version(
    fresh: Command, bundle: Path
) -> None:
    ended = fresh("run", "verify-bundle", str(changed(bundle)))
    assert (ended.code, ended.out) == (2, "")
    assert " at runs/run-" in ended.err
    assert "version 1: the content does not fit its hash" in ended.err


def test_an_imported_run_is_told_with_its_head_hash(
    recorded: Command, fresh: Command, bundle: Path
) -> None:
    ended = fresh("run", "import", str(bundle))
    assert (ended.code, ended.lines[0].endswith("imported")) == (0, True)
    assert head_of(fresh) == head_of(recorded)
    assert fresh("log", "verify").code == 0


def test_an_imported_run_answers_as_before(
    recorded: Command, fresh: Command, bundle: Path
) -> None:
    fresh("run", "import", str(bundle))
    ours, theirs = (each("run", "response", "latest").out for each in (recorded, fresh))
    assert theirs == ours != ""


def test_an_import_says_what_was_there_already(recorded: Command, bundle: Path) -> None:
    ended = recorded("run", "import", str(bundle))
    assert (ended.code, ended.lines[0].endswith("was there already")) == (0, True)


def test_the_runs_in_a_bundle_are_driven_again_without_a_database(
    fresh: Command, bundle: Path
) -> None:
    ended = fresh("run", "verify", "--bundle", str(bundle))
    assert (ended.code, ended.out.startswith("same: run-")) == (0, True)
    assert not fresh.database.exists()


def test_a_bundled_run_that_the_engine_decides_otherwise_ends_with_1(
    fresh: Command, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.stages.call_making.call_label", lambda *_: "other")
    ended = fresh("run", "verify", "--bundle", str(bundle))
    assert (ended.code, "diverged (path)" in ended.out) == (1, True)


def test_a_changed_bundle_is_not_verified(fresh: Command, bundle: Path) -> None:
    assert fresh("run", "verify", "--bundle", str(changed(bundle))).code == 2


def test_a_run_and_a_bundle_exclude_each_other(fresh: Command, bundle: Path) -> None:
    ended = fresh("run", "verify", "latest", "--bundle", str(bundle))
    assert (ended.code, "name one run, or use --all" in ended.err) == (2, True)


def test_a_changed_bundle_is_not_imported(fresh: Command, bundle: Path) -> None:
    assert fresh("run", "import", str(changed(bundle))).code == 2
    assert fresh("run", "show", "latest").code == 4


def test_a_bundle_is_imported_into_its_own_tenant_only(fresh: Command, bundle: Path) -> None:
    other = Command(fresh.database, fresh.capsys, tenant="globex")
    ended = other("run", "import", str(bundle))
    assert (ended.code, "as tenant acme" in ended.err) == (2, True)


@pytest.mark.parametrize("command", ["import", "verify-bundle"])
def test_a_file_that_is_not_there_is_told(fresh: Command, command: str, tmp_path: Path) -> None:
    ended = fresh("run", command, str(tmp_path / "no.zip"))
    assert (ended.code, "No such file" in ended.err) == (2, True)


def test_the_member_of_a_run_is_what_run_events_prints(
    recorded: Command, bundle: Path, tmp_path: Path
) -> None:
    shutil.unpack_archive(bundle, tmp_path / "unpacked")
    (member,) = (tmp_path / "unpacked" / "runs").iterdir()
    printed = recorded("run", "events", "latest", "-o", "jsonl").out
    assert member.read_text(encoding="utf-8") == printed


def test_an_unpacked_bundle_verifies_with_plain_python(
    recorded: Command, bundle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(bundle, folder)
    (member,) = (folder / "runs").iterdir()
    arguments = [str(folder / "verify_events.py"), str(member), head_of(recorded)]
    command = [sys.executable, "-I", "-S", *arguments]
    assert subprocess.run(command, check=True, capture_output=True).stdout


def test_an_export_needs_the_name_of_a_file(recorded: Command) -> None:
    ended = recorded("run", "export", "latest", "--bundle", "")
    assert (ended.code, "no name of a file" in ended.err) == (1, True)


def test_a_pipe_is_not_read(fresh: Command, tmp_path: Path) -> None:
    pipe = str(tmp_path / "pipe")
    os.mkfifo(pipe)
    for words in (
        ["run", "start", "--plan", pipe],
        ["run", "import", pipe],
        ["run", "verify-bundle", pipe],
        ["run", "verify", "--bundle", pipe],
        ["log", "import", pipe],
        ["log", "verify", "--resume", pipe],
    ):
        ended = fresh(*words)
        assert (ended.code, "it is no regular file" in ended.err) == (2, True), words
