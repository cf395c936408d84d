"""`opstrail serve` as a process: the README's lines answer what the README shows."""

import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.cli import COMMAND, ROOT, start

README = (ROOT / "README.md").read_text(encoding="utf-8")
LINE = re.compile(r"^\$ (curl .*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)
PORT = "8321"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server answers on a database that was not there."""
    database = tmp_path_factory.mktemp("served") / "new.db"
    options = ("--database", str(database), "--tenant", "demo", "serve", "--port", "0")
    server = start(*COMMAND, *options)
    told = [server.stderr.readline() if server.stderr else "" for _ in range(2)]
    yield told[-1].rpartition(":")[2].partition("/")[0]
    server.send_signal(signal.SIGTERM)
    server.communicate(timeout=10)


def test_the_lines_of_the_readme_answer_what_it_shows(port: str) -> None:
    lines = LINE.findall(README)
    assert len(lines) == 3
    for line, output in lines:
        here = line.replace(PORT, port)
        ended = subprocess.run(here, shell=True, capture_output=True, text=True, check=False)  # noqa: S602 - as a reader would
        assert (line, ended.stdout) == (line, output)


def test_other_interfaces_are_refused(tmp_path: Path) -> None:
    server = start(*COMMAND, "--database", str(tmp_path / "a.db"), "serve", "--host", "0.0.0.0")  # noqa: S104 - refused
    _, told = server.communicate(timeout=20)
    assert (server.returncode, "127.0.0.1" in told) == (2, True)
