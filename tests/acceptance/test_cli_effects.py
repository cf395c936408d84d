"""An effect is on disk before it begins and never happens twice by surprise, whoever is killed."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.acceptance.cli import start

COMMAND = str(Path(__file__).with_name("effects_command.py"))
WHY = ("--reason", "looked at")
UNKNOWN = "call change was in flight when its worker was lost: whether it happened is not known"


@dataclass(frozen=True)
class Host:
    """A database, a plan of one call, and the file that the call appends a line to."""

    database: str
    folder: Path

    def plan(self, operation: str) -> str:
        plan = self.folder / "plan.json"
        call = {"call_id": "change", "tool": "host", "operation": operation}
        plan.write_text(json.dumps({"calls": [call]}))
        return str(plan)

    def run(self, *arguments: str, kill_at: str = "") -> CompletedProcess[str]:
        process = start(
            *(sys.executable, COMMAND, "--database", self.database, *arguments),
            LINES=str(self.folder / "lines"),
            KILL_AT=kill_at,
            OPSTRAIL_LEASE_SECONDS="0.5",
        )
        out, err = process.communicate(timeout=60)
        return CompletedProcess(arguments, process.returncode, out, err)

    def kill(self, operation: str, kill_at: str) -> None:
        """Kill the worker of a run at its effect, and let another one take over."""
        killed = self.run("run", "start", "--plan", self.plan(operation), kill_at=kill_at)
        assert killed.returncode == 9
        while json.loads(self.run("run", "recover", "-o", "json").stdout or "[]") == []:
            pass  # until the lease has run out

    @property
    def lines(self) -> list[str]:
        written = self.folder / "lines"
        return written.read_text().splitlines() if written.exists() else []

    def events(self) -> list[str]:
        lines = self.run("run", "events", "latest").stdout.splitlines()
        return [line.split()[2] for line in lines]


@pytest.fixture
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Host:
    is_postgres = getattr(request, "param", "sqlite") == "postgres"
    database = request.getfixturevalue("postgres_url") if is_postgres else tmp_path / "a.db"
    return Host(str(database), tmp_path)


@pytest.mark.parametrize("host", ["sqlite", "postgres"], indirect=True)
def test_killed_during_an_effect_the_run_waits_and_a_person_lets_it_go_on(host: Host) -> None:
    host.kill("restart", "during")
    assert len(host.lines) == 1
    shown = host.run("run", "response", "latest")
    assert (shown.returncode, UNKNOWN in shown.stdout) == (0, True)
    assert "run approve" in shown.stdout
    approved = host.run("run", "approve", "latest", "change", *WHY)
    assert (approved.returncode, len(host.lines), len(set(host.lines))) == (0, 2, 1)
    verified = host.run("run", "verify", "latest")
    assert verified.stdout.startswith("same")
    recorded = host.events()
    order = [recorded.index(each) for each in ("run-recovered", "run-waiting", "call-approved")]
    assert order == sorted(order)


def test_killed_before_an_effect_nobody_can_know_and_denied_it_never_happens(host: Host) -> None:
    host.kill("restart", "before")
    denied = host.run("run", "deny", "latest", "--all", *WHY)
    assert (denied.returncode, host.lines) == (3, [])
    assert "denied by" in denied.stdout
    again = host.run("run", "approve", "latest", "change", *WHY)
    assert (again.returncode, "'change' was denied by" in again.stderr) == (2, True)


def test_what_is_idempotent_is_made_again_with_its_key(host: Host) -> None:
    host.kill("tag", "during")
    assert (len(host.lines), len(set(host.lines))) == (2, 1)
    assert "run-waiting" not in host.events()


def test_an_effect_that_was_answered_is_not_repeated_by_a_rerun(host: Host) -> None:
    started = host.run("run", "start", "--plan", host.plan("restart"))
    preview = host.run("run", "rerun", "latest", *WHY, "--preview")
    rerun = host.run("run", "rerun", "latest", *WHY)
    assert (started.returncode, rerun.returncode, len(host.lines)) == (0, 0, 1)
    assert "needs approval" in preview.stdout
    listed = json.loads(host.run("run", "list", "--state", "waiting", "-o", "json").stdout)
    assert ["may do again what that did" in each["error"] for each in listed] == [True]


def test_a_run_that_waits_still_does_where_it_is_imported(host: Host, tmp_path: Path) -> None:
    host.kill("restart", "during")
    bundle = str(tmp_path / "run.zip")
    assert host.run("run", "export", "latest", "--bundle", bundle).returncode == 0
    other = Host(str(tmp_path / "other.db"), tmp_path)
    assert other.run("run", "import", bundle).returncode == 0
    assert other.run("run", "recover", "-o", "json").stdout.strip() in {"", "[]"}
    (listed,) = json.loads(other.run("run", "list", "-o", "json").stdout)
    assert listed["state"] == "waiting"
    assert other.run("run", "approve", "latest", "change", *WHY).returncode == 0
    assert len(other.lines) == 2
