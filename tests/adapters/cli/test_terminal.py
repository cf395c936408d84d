"""On a terminal: a pager for what is long, closed pipes, and what can be read."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from adapters.cli.pager import pager_of
from adapters.cli.topics import TOPICS
from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT

ROOT = Path(__file__).parents[3]
OPSTRAIL = (sys.executable, "-m", "adapters.cli")


def on_a_terminal(words: list[str], **environment: str) -> tuple[int, str]:
    """How the command ends on a terminal, and what is on it then."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*OPSTRAIL, *words],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm", "LINES": "10", "COLUMNS": "80", **environment},
    )
    os.close(follower)
    shown = b""
    try:
        while chunk := os.read(leader, 65536):
            shown += chunk
    except OSError:  # the other end is closed
        pass
    os.close(leader)
    return process.wait(), shown.decode()


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that reads a line and leaves."""
    path = tmp_path / "pager"
    path.write_text('#!/bin/sh\nread -r line\necho "PAGED with $LESS: $line"\nexit 3\n')
    path.chmod(0o755)
    return str(path)


def test_what_is_long_goes_through_the_pager_and_may_be_left_early(pager: str) -> None:
    code, shown = on_a_terminal(["help", "plans"], OPSTRAIL_PAGER=pager)
    assert (code, shown.splitlines()) == (0, ["PAGED with FRX: # Plan files"])


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["help"], {}),  # it fits
        (["--no-pager", "help", "filters"], {}),
        (["help", "filters"], {"OPSTRAIL_PAGER": ""}),
        (["help", "filters"], {"OPSTRAIL_PAGER": "/nowhere/less"}),
    ],
)
def test_else_it_is_printed(pager: str, words: list[str], environment: dict[str, str]) -> None:
    code, shown = on_a_terminal(words, **{"OPSTRAIL_PAGER": pager, **environment})
    assert (code, "PAGED" in shown) == (0, False)
    assert "Topics of" in shown or "# The filter of runs" in shown


def test_reads_are_paged_with_their_colours(opstrail: Command, pager: str) -> None:
    for _ in range(10):
        opstrail("ask", IMPACT)
    where = ["--database", str(opstrail.database), "--tenant", "acme"]
    code, shown = on_a_terminal([*where, "run", "list"], OPSTRAIL_PAGER=pager)
    assert (code, "PAGED with FRX: \x1b[1mrun " in shown) == (0, True)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, ["less"]),
        ({"PAGER": "more -s"}, ["more", "-s"]),
        ({"PAGER": "more", "OPSTRAIL_PAGER": "most"}, ["most"]),
        ({"PAGER": "cat"}, None),
        ({"PAGER": ""}, None),
        ({"PAGER": "'"}, None),
        ({"TERM": "dumb"}, None),
    ],
)
def test_the_pager_is_the_one_that_is_named(
    environment: dict[str, str], words: list[str] | None
) -> None:
    assert pager_of(environment) == words


@pytest.mark.parametrize("words", ["run events latest -o json", "help plans", "run list"])
def test_who_reads_no_further_is_no_error(opstrail: Command, words: str) -> None:
    opstrail("ask", IMPACT)
    line = f"{' '.join(OPSTRAIL)} --database {opstrail.database} --tenant acme {words}"
    done = subprocess.run(
        ["/bin/bash", "-c", f"{line} | true; echo ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_can_be_read_without_links(fresh: Command, topic: str) -> None:
    ended = fresh.run(["help", topic])
    assert (ended.code, ended.out.startswith("# ")) == (0, True)
    assert "](" not in ended.out.replace("[](", "")
    assert "<!--" not in ended.out


def test_help_lists_the_topics(fresh: Command) -> None:
    assert all(f"  {topic} " in fresh.run(["help"]).out for topic in TOPICS)
    refused = fresh.run(["help", "magic"])
    assert (refused.code, "topics: backups, exit-codes, filters" in refused.err) == (4, True)


def test_no_help_names_a_file_that_is_not_installed() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert "docs/" not in page.replace("docs/generate.py", "")


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["run", "list", "--tenat", "x"], "--tenant"),
        (["run", "list", "--outptu", "json"], "--output"),
        (["--databse", "x", "run", "list"], "--database"),
    ],
)
def test_an_unknown_option_is_refused_with_those_near(
    fresh: Command, words: list[str], near: str
) -> None:
    ended = fresh.run(words)
    assert (ended.code, ended.out) == (2, "")
    assert near in ended.err.splitlines()[-1].partition("Possible options:")[2]


@pytest.mark.parametrize(
    ("stream", "code", "said"), [("stdin", 0, ""), ("stdout", 1, "standard output is closed")]
)
def test_a_closed_stream_is_an_empty_one_or_told(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch, stream: str, code: int, said: str
) -> None:
    with monkeypatch.context() as closed, Path(os.devnull).open() as empty:
        closed.setattr("adapters.cli.app.Path", lambda _: SimpleNamespace(open=lambda **_: empty))
        closed.setattr(sys, stream, None)
        ended = opstrail("ask", "How many servers are there?")
    assert (ended.code, said in ended.err) == (code, True)
    assert (opstrail("run", "list").out == "") is (code == 1)


def test_without_colour_nothing_is_bold(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in opstrail("ask", "How many servers are there?").out
    assert "\x1b" not in opstrail("--color", "never", "run", "response", "latest").out
