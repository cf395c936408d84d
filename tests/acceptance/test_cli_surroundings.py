"""The command without a terminal, in pipes, beside itself, and where it may not write."""

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.cli.bindings import in_commands
from domain.operations.requests import EMPTY_ESTATE
from tests.acceptance.cli import COMMAND, opstrail, start

if TYPE_CHECKING:
    import subprocess

QUESTION = "How many configuration items are there?"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo estate and one run."""
    database = tmp_path_factory.mktemp("demo") / "opstrail.db"
    made = opstrail(database, "estate", "demo", "--days", "1")
    assert (made.returncode, made.stderr) == (0, f"made the new database {database}\n")
    assert opstrail(database, "ask", QUESTION).returncode == 0
    return database


def test_a_question_is_answered_without_a_terminal(demo: Path) -> None:
    ended = opstrail(demo, "ask", QUESTION)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("280 configuration items.\n")


def test_a_pipe_gets_neither_colour_nor_progress(demo: Path) -> None:
    ended = opstrail(demo, "run", "timeline", "latest", TERM="xterm-256color")
    assert "\x1b" not in ended.stdout + ended.stderr


def test_a_pipe_gets_whole_lines(demo: Path) -> None:
    out = opstrail(demo, "ask", "What is affected if srv-erp-01 fails?", COLUMNS="40").stdout
    assert max(len(line) for line in out.splitlines()) > 80


def test_json_is_the_only_thing_on_standard_output(demo: Path) -> None:
    ended = opstrail(demo, "ask", QUESTION, "-o", "json")
    assert (json.loads(ended.stdout)["status"], ended.stderr) == ("success", "")


def test_what_an_ascii_pipe_cannot_show_is_escaped(demo: Path) -> None:
    options = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    opstrail(demo, "ask", QUESTION)
    ended = opstrail(demo, "run", "timeline", "latest", **options)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.isascii()
    assert "+ route_plan" in ended.stdout


MANY_LINES = (
    "tool",
    "call",
    "history.event_log",
    "--params",
    '{"limit": 200}',
    "--anchor",
    "data",
)


@pytest.mark.parametrize("arguments", [("run", "state", "latest", "-o", "json"), MANY_LINES])
def test_a_reader_that_leaves_ends_the_command_silently(
    demo: Path, arguments: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    process = start(*COMMAND, "--database", str(demo), *arguments, output=writing)
    os.close(writing)
    os.close(reading)
    _, err = process.communicate(timeout=60)
    said = [line for line in err.splitlines() if not line.startswith("warning: ")]
    assert (process.returncode, said) == (0, [])


def test_what_goes_wrong_in_a_run_is_said_once(demo: Path) -> None:
    ended = opstrail(demo, "ask", "What is affected if srv-99 fails?")
    assert (ended.returncode, ended.stderr) == (2, "")
    assert ended.stdout.count("There is no 'srv-99' here") == 1


def test_processes_that_start_at_once_share_one_new_database(tmp_path: Path) -> None:
    database = tmp_path / "opstrail.db"
    command = (*COMMAND, "--database", str(database), "ask", "hello")
    processes = [start(*command) for _ in range(3)]
    errors = [process.communicate(timeout=120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 3
    said = {line for error in errors for line in error.splitlines()}
    ours = f"`opstrail --database {database} "
    empty = in_commands(EMPTY_ESTATE.format("default")).replace("`opstrail ", ours)
    assert said - {f"made the new database {database}"} == {empty}
    assert len(opstrail(database, "run", "list", "-o", "ids").stdout.splitlines()) == 3


def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    ended = _as_nobody(tmp_path / "locked")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("opstrail: the database ")
    assert " cannot be opened: check that " in ended.stderr


def test_a_full_disk_is_told_and_leaves_nothing_half_done(demo: Path, tmp_path: Path) -> None:
    database = tmp_path / "opstrail.db"
    shutil.copy(demo, database)
    before = opstrail(database, "run", "list", "-o", "ids").stdout
    # No file may grow beyond 8 blocks: fewer than the write-ahead log of one request needs.
    limited = ("sh", "-c", 'ulimit -f 8; exec "$@"', "sh")
    process = start(*limited, *COMMAND, "--database", str(database), "ask", QUESTION)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err.startswith(f"opstrail: the database {database} ")
    assert "whether there is space left" in err
    assert opstrail(database, "run", "list", "-o", "ids").stdout == before
    assert opstrail(database, "db", "check").returncode == 0


def _as_nobody(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the command on a database in a folder that its user may not write; root may always."""
    folder.mkdir(mode=0o555)
    if os.geteuid() != 0:
        return opstrail(folder / "opstrail.db", "ask", "hello")
    database = Path("/proc/sys") / "opstrail.db"  # where not even root may make a file
    return opstrail(database, "ask", "hello")
