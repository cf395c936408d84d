"""`opstrail --server`: the same commands, the same output, and what only a server can refuse."""

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from adapters.cli.app import main
from adapters.cli.bindings import commands_of
from adapters.http.routes import NOT_OF_A_SERVICE
from tests import served
from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT

READS = (
    "run list",
    "run show latest",
    "run timeline latest -o json",
    "run trace latest",
    "run response latest",
    "run events latest -o jsonl",
    "run state latest --at 5",
    "run watch latest",
    "run verify latest",
    "run verify --all",
    "run show nothing",
    "run show latest --at 99",
    "run list -q what",
    "tool call ci.nothing",
    "golden check",
    "estate summary",
)
DAY = "2026-03-01"


@pytest.fixture
def local(opstrail: Command) -> Command:
    return replace(opstrail, is_served=False)


@pytest.fixture
def remote(opstrail: Command) -> Iterator[Command]:
    yield replace(opstrail, is_served=True)
    served.SERVERS.stop()


def test_what_is_asked_of_a_server_reads_as_it_does_on_its_database(
    local: Command, remote: Command
) -> None:
    asked = remote("ask", IMPACT)
    assert (asked.code, asked.lines[0]) == (0, local("run", "response", "latest").lines[0])
    for line in READS:
        here, there = local(*line.split()), remote(*line.split())
        assert (there.code, _told(there.out)) == (here.code, _told(here.out)), line
        assert there.err.partition("replay-")[0] == here.err.partition("replay-")[0], line


def _told(text: str) -> list[str]:
    """Return what is told, without what differs from one time to the next."""
    return [line for line in text.splitlines() if "replay" not in line and '_at"' not in line]


@pytest.mark.parametrize("seconds", [0, 60])
def test_who_waits_for_long_follows_the_run_to_its_end(
    remote: Command, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    monkeypatch.setattr("adapters.cli.remote._WAIT_SECONDS", seconds)
    asked = remote("ask", IMPACT, "-o", "json")
    assert (asked.code, asked.json["status"]) == (0, "success")
    verified = remote("run", "verify", "--all", "-o", "json")
    assert [each["verdict"] for each in verified.json["results"]] == ["same"]


def test_a_bundle_goes_down_and_up(remote: Command, tmp_path: Path) -> None:
    remote("ask", IMPACT)
    bundle = str(tmp_path / "run.zip")
    exported = remote("run", "export", "latest", "--bundle", bundle)
    assert remote("run", "verify-bundle", bundle).lines[:2] == exported.lines[:2]
    assert "was there already" in remote("run", "import", bundle).out


def test_an_estate_goes_down_and_up(remote: Command, tmp_path: Path) -> None:
    folder, count = (
        tmp_path / "estate",
        remote("estate", "summary", "-o", "json").json["counts"]["cis"],
    )
    exported = remote("estate", "export", str(folder), "-o", "json").json
    assert (exported["folder"], exported["counts"]["cis"]) == (str(folder), count)
    imported = remote("estate", "import", str(folder), "--dry-run", "-o", "json").json
    assert {each["added"] + each["changed"] for each in imported["by_kind"].values()} == {0}
    assert remote("estate", "export", str(folder)).code == 2


def test_a_wrong_file_is_told_as_it_is_called_here(remote: Command, tmp_path: Path) -> None:
    (tmp_path / "cis.csv").write_text("colour\nred\n")
    (tmp_path / "sub").mkdir()
    paths = [str(tmp_path / name) for name in ("cis.csv", "sub", "nothing")]
    refused = remote("estate", "import", *paths)
    assert refused.code == 2
    assert all(
        any(line.startswith(f"{path}") for line in refused.err.splitlines()) for path in paths[1:]
    )
    assert "cis.csv line 1: colour: unknown column" in refused.err


def test_days_are_those_of_who_asks(local: Command, remote: Command) -> None:
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        asked = remote("--time-zone", zone, "ask", "How many servers are there?", "-o", "json")
        event = local("run", "events", asked.json["run_id"], "-o", "json").json[0]
        assert f'"time_zone":"{zone}"' in event["data"].replace(": ", ":")


def test_a_server_with_keys_is_shown_the_key_of_a_variable(
    local: Command, remote: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = local("key", "create", "ada", "--role", "viewer", "--why", "a test", "-o", "json")
    without = remote("run", "list")
    assert (without.code, "OPSTRAIL_KEY" in without.err) == (3, True)
    monkeypatch.setenv("OPSTRAIL_KEY", made.json["key"])
    assert remote("run", "list").code == 0
    assert remote("ask", IMPACT).code == 3


def test_a_server_that_is_not_there_is_told(opstrail: Command) -> None:
    ended = opstrail.run(["--server", "http://127.0.0.1:9", "run", "cancel", "x", "--reason", "y"])
    assert (ended.code, ended.out) == (1, "")
    assert "no answer from http://127.0.0.1:9/v1" in ended.err


class Elsewhere(BaseHTTPRequestHandler):
    """Something that is no opstrail: it answers everything well, with a page or with JSON."""

    kind, body = "text/html", b"<html>log in</html>"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class WithJson(Elsewhere):
    kind, body = "application/json", b'{"a": 1}'


@pytest.mark.parametrize(
    ("handler", "line", "told"),
    [
        (Elsewhere, "run list", "answers text/html, not application/json: no opstrail is there"),
        (Elsewhere, "run watch x", "answers text/html, not text/event-stream"),
        (WithJson, "run list", "does not answer run.list as this version of opstrail does"),
    ],
)
def test_what_is_no_opstrail_is_told(
    opstrail: Command, handler: type[Elsewhere], line: str, told: str
) -> None:
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        ended = opstrail.run(["--server", f"http://127.0.0.1:{server.server_port}", *line.split()])
        server.shutdown()
    assert (ended.code, ended.out) == (1, "")
    assert told in ended.err


def test_a_key_that_cannot_be_sent_is_not_shown(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_KEY", "ops_a\nb")
    ended = opstrail.run(["--server", "http://127.0.0.1:9", "run", "list"])
    assert (ended.code, ended.out) == (2, "")
    assert "OPSTRAIL_KEY has a blank, or a letter that no key has" in ended.err
    assert "ops_a" not in ended.err


@pytest.mark.parametrize(
    "line", ["serve", "db check", "doctor", "log export x", "estate discover"]
)
def test_what_needs_the_machine_itself_is_not_asked_of_a_server(
    opstrail: Command, line: str
) -> None:
    ended = opstrail.run(["--server", "http://127.0.0.1:9", *line.split()])
    assert (ended.code, "is not done over HTTP" in ended.err) == (2, True)


def test_every_command_but_those_is_asked_of_a_server() -> None:
    commands = {word for name in NOT_OF_A_SERVICE for word in commands_of(name)}
    assert {each.split()[0] for each in commands} == {"db", "doctor", "log", "estate", "run"}
    assert commands - {"run watch"} >= {"log export", "log import", "estate discover"}


@pytest.mark.parametrize(
    "options",
    [
        ("--server", "ftp://host", "run", "list"),
        ("--server", "http://ada:secret@host", "run", "list"),
        ("--server", "http://host", "--tenant", "acme", "run", "list"),
        ("--server", "http://host", "--database", "x.db", "run", "list"),
    ],
)
def test_a_server_that_cannot_be_meant_is_refused(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options) == 2
    assert "--server" in capsys.readouterr().err


def test_a_database_that_is_named_goes_before_a_server_of_the_surroundings(
    local: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_SERVER", "http://127.0.0.1:9")
    assert local("run", "list").code == 0
