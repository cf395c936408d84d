"""The root of the command: help, root options, the border."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.cli.exit_codes import MEANINGS, ExitCode, exit_code_of
from infrastructure.engine_version import engine_version
from tests.adapters.cli.command import Command

ROOT = Path(__file__).parents[3]
HEAVY = ("sqlalchemy", "pydantic", "rich.table", "asyncio", "alembic")


@pytest.mark.parametrize("group", [[], ["run"], ["estate"], ["tool"], ["db"]])
def test_every_group_has_help(fresh: Command, group: list[str]) -> None:
    ended = fresh.run([*group, "--help"])
    assert ended.code == 0
    assert ended.out.startswith(f"Usage: {' '.join(['opstrail', *group])}")


@pytest.mark.parametrize("group", ["run", "estate", "tool", "db"])
def test_the_help_of_every_group_has_an_example(fresh: Command, group: str) -> None:
    assert "Example:\n  " in fresh.run([group, "--help"]).out.replace("\n    ", "\n  ")


def test_the_help_lists_every_exit_code(fresh: Command) -> None:
    out = fresh.run(["--help"]).out
    assert all(f"{code.value:>3}  {meaning}" in out for code, meaning in MEANINGS.items())


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from adapters.cli.app import main; main(['--help']);"
        f"sys.exit([name for name in {HEAVY!r} if name in sys.modules] or 0)"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_version_names_the_build(fresh: Command) -> None:
    assert fresh.run(["--version"]).out == f"opstrail {engine_version()}\n"


def test_an_unknown_command_ends_with_2(fresh: Command) -> None:
    ended = fresh("frobnicate")
    assert ended.code == 2
    assert "No such command 'frobnicate'" in ended.err


def test_root_options_may_stand_anywhere(opstrail: Command) -> None:
    where = ["--database", str(opstrail.database)]
    ended = opstrail.run(["estate", "summary", *where, "-o", "json", "--tenant=acme"])
    assert ended.json["counts"]["cis"] == 10


def test_what_follows_two_dashes_is_no_option(opstrail: Command) -> None:
    ended = opstrail("ask", "--", "--tenant")
    assert ended.code == 2
    assert "I do not understand" in ended.out


@pytest.mark.parametrize("option", ["--database", "--tenant"])
def test_an_empty_root_option_is_refused(fresh: Command, option: str) -> None:
    ended = fresh(option, "", "run", "list")
    assert (ended.code, ended.out) == (2, "")
    assert f"Invalid value for '{option}'" in ended.err
    assert "it may not be empty" in ended.err


def test_bytes_that_are_no_text_are_refused(fresh: Command) -> None:
    ended = fresh("ask", "caf\udcff")
    assert (ended.code, ended.out) == (2, "")
    assert "an argument is not UTF-8: 'caf\\udcff'" in ended.err
    assert not fresh.database.exists()


def test_database_and_tenant_may_come_from_the_environment(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_DATABASE_URL", f"sqlite:///{opstrail.database}")
    monkeypatch.setenv("OPSTRAIL_TENANT", "acme")
    assert opstrail.run(["estate", "summary", "-o", "json"]).json["counts"]["cis"] == 10


def test_a_path_is_taken_from_the_present_folder(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(opstrail.database.parent)
    ended = opstrail.run(["--database", "opstrail.db", "--tenant", "acme", "estate", "summary"])
    assert ended.code == 0
    assert "metric_points" in ended.out


def test_without_a_database_it_is_in_the_data_folder_of_the_user(
    fresh: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert fresh.run(["db", "upgrade"]).code == 0
    assert len(list(tmp_path.rglob("opstrail.db"))) == 1


def fail(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr("adapters.bootstrap.open_service", broken)


@pytest.mark.parametrize(
    "error",
    [ZeroDivisionError("SELECT postgresql://u:hunter2@host/x"), RecursionError(), MemoryError()],
)
def test_an_error_that_nobody_foresaw_is_one_line_and_a_file_without_passwords(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    fail(monkeypatch, error)
    ended = opstrail("run", "list")
    (file,) = tmp_path.rglob("error-*.txt")
    said = f"nobody foresaw ({type(error).__name__}); please report it with the file {file}\n"
    assert (ended.code, ended.err) == (1, f"opstrail: something went wrong that {said}")
    assert "in broken" in file.read_text()
    assert "hunter2" not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_without_a_place_for_the_file_it_says_how_to_see_the_traceback(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "state").write_text("no folder")
    fail(monkeypatch, ZeroDivisionError("x"))
    assert "please repeat it with OPSTRAIL_DEBUG=1" in opstrail("run", "list").err
    monkeypatch.setenv("OPSTRAIL_DEBUG", "1")
    assert "ZeroDivisionError: x" in opstrail("run", "list").err


@pytest.mark.parametrize(
    ("error_code", "exit_code"),
    [
        (None, ExitCode.OK),
        ("QUESTION_NOT_UNDERSTOOD", ExitCode.USAGE),
        ("PLAN_INVALID", ExitCode.USAGE),
        ("AMBIGUOUS_CI", ExitCode.USAGE),
        ("INVALID_PARAMS", ExitCode.USAGE),
        ("POLICY_DENY", ExitCode.DENIED),
        ("DATA_NOT_FOUND", ExitCode.NOT_FOUND),
        ("TOOL_TIMEOUT", ExitCode.FAILED),
        ("a code of tomorrow", ExitCode.FAILED),
    ],
)
def test_the_error_code_of_a_run_gives_the_exit_code(
    error_code: str | None, exit_code: ExitCode
) -> None:
    assert exit_code_of(error_code) is exit_code
