"""What tools log, warn of and fail with is on the record of real runs, and shown."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from domain.run.call_events import ToolCallLogged
from tests.acceptance.chatty_service import make_run
from tests.acceptance.cli import ROOT, environment
from tests.adapters.cli.command import Command
from tests.infrastructure.payloads.keeping import age


@pytest.fixture(scope="module")
def chatted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a run of a process in which nobody set up logging."""
    database = tmp_path_factory.mktemp("chatty") / "opstrail.db"
    subprocess.run(
        [sys.executable, "-m", "tests.acceptance.chatty_service", f"sqlite:///{database}"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=True,
        timeout=120,
    )
    return database


@pytest.fixture
def shown(chatted: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(chatted, capsys, tenant="default")


def test_a_call_shows_its_warnings_and_the_exceptions_that_it_ended_with(shown: Command) -> None:
    said = shown("run", "show", "latest", "--call", "breaks").out
    texts = (
        "WARNING py.warnings: FutureWarning: the door is old",
        "LookupError: no answer",
        "at __main__:",
        "ConnectionRefusedError: nobody at home",
    )
    places = [said.rindex(text) for text in texts]
    assert places == sorted(places)
    assert str(ROOT) not in said


def test_a_call_shows_its_log_lines_without_passwords(shown: Command) -> None:
    (talks,) = shown("run", "show", "latest", "--call", "talks", "-o", "json").json
    first, *others = talks["log"]["lines"]
    assert (first["level"], first["logger"]) == ("INFO", "chatty.talk")
    assert "hunter2" not in first["text"]
    assert [line["text"] for line in others] == ["line 0", "line 1", "line 2"]


def test_of_a_long_log_the_first_and_the_last_lines_are_shown(shown: Command) -> None:
    assert "call floods logged 901 lines" in shown("run", "events", "latest").out
    said = shown("run", "show", "latest", "--call", "floods").lines
    assert "... 701 lines are left out" in [line.strip() for line in said]
    assert said[-1].strip() == "INFO tool: line 899"


def test_a_quiet_call_has_no_log(shown: Command) -> None:
    assert "call quiet logged" not in shown("run", "events", "latest").out
    (quiet,) = shown("run", "show", "latest", "--call", "quiet", "-o", "json").json
    assert quiet["log"] is None


def test_a_call_that_is_not_there_is_refused_with_those_that_are(shown: Command) -> None:
    ended = shown("run", "show", "latest", "--call", "nobody")
    assert (ended.code, ended.out) == (4, "")
    assert "has no call 'nobody'; its calls: talks, floods, quiet, breaks" in ended.err


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_large_log_is_kept_beside_the_events_and_verified(
    database: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = f"sqlite:///{tmp_path / 'opstrail.db'}"
    if database == "postgres":
        url = request.getfixturevalue("postgres_url")
    with pytest.warns(FutureWarning):
        run_id = make_run(url)
    with open_service(url) as opstrail:
        events = [entry.event for entry in opstrail.reader.history("default", run_id)]
    logged = {event.call_id: event for event in events if isinstance(event, ToolCallLogged)}
    kept = {name: event.payload is not None for name, event in logged.items()}
    assert kept == {"talks": False, "floods": True, "breaks": False}
    verified = Command(Path(url), capsys, "default").run(["--database", url, "log", "verify"])
    assert (verified.code, "name: 1 there" in verified.out) == (0, True)


def test_to_erase_a_call_erases_its_large_log(
    chatted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = shutil.copy(chatted, tmp_path / "opstrail.db")
    with open_service(f"sqlite:///{database}") as opstrail:
        age(opstrail.engine)
    command = Command(Path(database), capsys, "default")
    assert command("run", "erase", "latest", "floods", "--reason", "names").code == 0
    (floods,) = command("run", "show", "latest", "--call", "floods", "-o", "json").json
    assert (floods["status"], floods["log"]) == ("succeeded", None)
    assert command("log", "verify").code == 0
