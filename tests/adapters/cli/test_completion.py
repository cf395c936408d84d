"""What shells complete: commands, options, choices, runs and profiles."""

import shutil
import subprocess
from pathlib import Path

import pytest

from adapters.cli.app import main
from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT


def completed(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """What bash is told where somebody has typed this line."""
    words = line.split(" ")
    for name, value in (
        ("_OPSTRAIL_COMPLETE", "complete_bash"),
        ("COMP_WORDS", "\n".join(words)),
        ("COMP_CWORD", str(len(words) - 1)),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.argv", ["opstrail"])
    capsys.readouterr()
    assert main() == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("opstrail gol", ["golden"]),
        ("opstrail run li", ["list", "lineage"]),
        ("opstrail run list --stat", ["--state", "--status"]),
        ("opstrail run list --output j", ["json", "jsonl"]),
        ("opstrail --tenant acme run reco", ["recover"]),
        ("opstrail run --tenant acme reco", ["recover"]),
        ("opstrail help ti", ["time-zones", "times"]),
        ("opstrail run show x", []),
    ],
)
def test_commands_options_and_choices_are_completed(
    line: str,
    expected: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPSTRAIL_DATABASE_URL", "/nowhere/opstrail.db")
    assert completed(line, monkeypatch, capsys) == expected


def test_runs_are_completed_by_the_end_of_their_ids_or_whole(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_id = opstrail("ask", IMPACT, "-o", "json").json["run_id"]
    where = f"--database {opstrail.database} --tenant acme"
    assert completed(f"opstrail {where} run show ", monkeypatch, capsys) == [run_id[-8:]]
    assert completed(f"opstrail run show {where} run-", monkeypatch, capsys) == [run_id]
    assert completed("opstrail --tenant other run show ", monkeypatch, capsys) == []


@pytest.mark.parametrize(
    "typed",
    [
        *("run compare", "run compare latest", "run bisect", "run export", "run recover"),
        *("run verify", "run list --before", "log verify --run"),
    ],
)
def test_runs_are_completed_wherever_one_is_named(
    typed: str,
    opstrail: Command,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run_id = opstrail("ask", IMPACT, "-o", "json").json["run_id"]
    where = f"--database {opstrail.database} --tenant acme"
    assert completed(f"opstrail {where} {typed} run-", monkeypatch, capsys) == [run_id]


def test_completion_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    completed(f"opstrail --database {tmp_path}/new.db run show ", monkeypatch, capsys)
    assert list(tmp_path.iterdir()) == []


def test_profiles_are_completed(
    fresh: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPSTRAIL_CONFIG", str(tmp_path / "opstrail.toml"))
    fresh("profile", "add", "work")
    assert completed("opstrail --profile w", monkeypatch, capsys) == ["work"]
    (tmp_path / "opstrail.toml").write_text("[")
    assert completed("opstrail --profile w", monkeypatch, capsys) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_each_shell_is_read_by_it(fresh: Command, shell: str) -> None:
    script = fresh.run(["completion", shell])
    assert (script.code, "_OPSTRAIL_COMPLETE=complete_" in script.out) == (0, True)
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n"], input=script.out, text=True, check=True)
