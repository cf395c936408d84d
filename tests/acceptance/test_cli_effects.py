"""An effect is on disk before it begins and never happens twice by surprise, whoever is killed."""

import dataclasses
import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname

import pytest

from adapters.cli.app import main
from adapters.tools import builtin
from tests.acceptance.cli import start
from tests.acceptance.effects_command import INSTALLED
from tests.adapters.cli.command import Ended

COMMAND = str(Path(__file__).with_name("effects_command.py"))
WHY = ("--reason", "looked at")
UNKNOWN = "call change was in flight when its worker was lost: whether it happened is not known"


@dataclass(frozen=True)
class Host:
    """A database, a plan of one call, and the file that the call appends a line to."""

    database: str
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def plan(self, operation: str, *, is_followed: bool = False) -> str:
        plan = self.folder / "plan.json"
        call = {"call_id": "change", "tool": "host", "operation": operation}
        then = {"call_id": "next", "tool": "host", "operation": "tag", "depends_on": ["change"]}
        calls = [call, {**then, "params": {"name": "next"}}] if is_followed else [call]
        plan.write_text(json.dumps({"calls": calls}))
        return str(plan)

    def run(self, *arguments: str) -> Ended:
        self.capsys.readouterr()
        code = main(["--database", self.database, *arguments])
        return Ended(code, *self.capsys.readouterr())

    def kill(self, operation: str, kill_at: str) -> None:
        """Kill the worker of a run at its effect, and let another one take over."""
        process = start(
            *(sys.executable, COMMAND, "--database", self.database),
            *("run", "start", "--plan", self.plan(operation, is_followed=kill_at == "after")),
            LINES=str(self.folder / "lines"),
            KILL_AT=kill_at,
            OPSTRAIL_LEASE_SECONDS="0.5",
        )
        process.communicate(timeout=60)
        assert process.returncode == 9
        while self.run("run", "recover", "-o", "json").json == []:
            time.sleep(0.1)  # until the lease has run out

    @property
    def lines(self) -> list[str]:
        written = self.folder / "lines"
        return written.read_text().splitlines() if written.exists() else []

    def events(self) -> list[str]:
        return [line.split()[2] for line in self.run("run", "events", "latest").lines]


@pytest.fixture
def host(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Host:
    is_postgres = getattr(request, "param", "sqlite") == "postgres"
    database = request.getfixturevalue("postgres_url") if is_postgres else tmp_path / "a.db"
    monkeypatch.setenv("LINES", str(tmp_path / "lines"))
    for name, with_host in INSTALLED.items():
        monkeypatch.setattr(builtin, name, with_host)
    return Host(str(database), tmp_path, capsys)


@pytest.mark.parametrize("host", ["sqlite", "postgres"], indirect=True)
def test_killed_during_an_effect_the_run_waits_and_a_person_lets_it_go_on(host: Host) -> None:
    host.kill("restart", "during")
    assert len(host.lines) == 1
    shown = host.run("run", "response", "latest")
    assert (shown.code, UNKNOWN in shown.out) == (0, True)
    assert "run approve" in shown.out
    approved = host.run("run", "approve", "latest", "change", *WHY)
    assert (approved.code, len(host.lines), len(set(host.lines))) == (0, 2, 1)
    verified = host.run("run", "verify", "latest")
    assert verified.out.startswith("same")
    recorded = host.events()
    order = [recorded.index(each) for each in ("run-recovered", "run-waiting", "call-approved")]
    assert order == sorted(order)


def test_killed_before_an_effect_nobody_can_know_and_denied_it_never_happens(host: Host) -> None:
    host.kill("restart", "before")
    denied = host.run("run", "deny", "latest", "--all", *WHY)
    assert (denied.code, host.lines) == (3, [])
    assert "denied by" in denied.out
    again = host.run("run", "approve", "latest", "change", *WHY)
    assert (again.code, "'change' was denied by" in again.err) == (2, True)


@pytest.mark.parametrize("host", ["sqlite", "postgres"], indirect=True)
def test_killed_after_an_effect_the_run_goes_on_and_does_not_repeat_it(host: Host) -> None:
    host.kill("restart", "after")
    assert [line.split()[1] for line in host.lines] == ["web", "next"]
    recorded = host.events()
    assert (recorded.count("run-recovered"), "run-waiting" in recorded) == (1, False)
    assert host.run("run", "verify", "latest").out.startswith("same")


def test_what_is_idempotent_is_made_again_with_its_key(host: Host) -> None:
    host.kill("tag", "during")
    assert (len(host.lines), len(set(host.lines))) == (2, 1)
    assert "run-waiting" not in host.events()


def test_an_effect_that_was_answered_is_not_repeated_by_a_rerun(host: Host) -> None:
    started = host.run("run", "start", "--plan", host.plan("restart"))
    preview = host.run("run", "rerun", "latest", *WHY, "--preview")
    rerun = host.run("run", "rerun", "latest", *WHY)
    assert (started.code, rerun.code, len(host.lines)) == (0, 0, 1)
    assert "needs approval" in preview.out
    listed = host.run("run", "list", "--state", "waiting", "-o", "json").json
    assert ["may do again what that did" in each["error"] for each in listed] == [True]


def test_a_tool_is_not_called_for_its_effect_outside_a_run(host: Host) -> None:
    host.run("run", "start", "--plan", host.plan("restart"))
    called = host.run("tool", "call", "host.restart")
    assert (called.code, len(host.lines)) == (3, 1)
    assert "host.restart changes something: only a run may, which records it" in called.err


def test_what_an_imported_run_waits_for_is_allowed_here_only_by_who_says_so(
    host: Host, tmp_path: Path
) -> None:
    host.kill("restart", "during")
    bundle = str(tmp_path / "run.zip")
    assert host.run("run", "export", "latest", "--bundle", bundle).code == 0
    other = dataclasses.replace(host, database=str(tmp_path / "other.db"))
    assert other.run("run", "import", bundle).code == 0
    assert other.run("run", "recover", "-o", "json").json == []
    (listed,) = other.run("run", "list", "-o", "json").json
    assert listed["state"] == "waiting"
    for decide in ("approve", "deny"):  # after a denial the rest of the run would go out here
        refused = other.run("run", decide, "latest", "change", *WHY)
        origin = f"was imported, and nothing of it was decided: worker {gethostname()}/"
        assert (refused.code, origin in refused.err, "--imported" in refused.err) == (
            2,
            True,
            True,
        )
    assert (len(other.lines), other.events()[-1]) == (1, "run-waiting")
    assert other.run("run", "approve", "latest", "change", *WHY, "--imported").code == 0
    assert len(other.lines) == 2
