"""`scripts/serve` as in a fresh clone: the README's lines answer what the README shows."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.cli import COMMAND, ROOT, environment, start

README = (ROOT / "README.md").read_text(encoding="utf-8")
LINE = re.compile(r"^\$ (curl .*)\n((?:(?!\$ |```).*\n)*)", re.MULTILINE)
SCRIPT = re.compile(r"^\$ scripts/serve (.*) &$", re.MULTILINE)
PORT = "8321"
OPSTRAIL = '#!/bin/sh\nexec "{python}" -m adapters.cli "$@"\n'
INSTALLED = """cd "$1" && source scripts/environment && python=$(_choose_python)
echo "$PWD, $("$python" --version), $(_installer)" >.venv/made-for
cat pyproject.toml requirements.lock | cksum >.venv/installed-runtime"""


def clone(folder: Path) -> Path:
    """Return a checkout in which what the tests run with seems to be installed."""
    for name in ("scripts", "pyproject.toml", "requirements.lock"):
        (folder / name).symlink_to(ROOT / name)
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    shim = binaries / "opstrail"
    shim.write_text(OPSTRAIL.format(python=sys.executable))
    shim.chmod(0o755)
    subprocess.run(["bash", "-c", INSTALLED, "-", str(folder)], check=True)  # noqa: S607 - as the script runs
    return folder


def serve(checkout: Path, data: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(checkout / "scripts" / "serve"), *options],
        env=environment(XDG_DATA_HOME=str(data)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def port_of(server: "subprocess.Popen[str]") -> str:
    """Return where a server answers, once it does."""
    for line in server.stderr or ():
        if found := re.search(r"opstrail answers on http://\S+:(\d+)/", line):
            return found[1]
    raise AssertionError(server.wait())


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the README's server answers, on a database that was not there."""
    (options,) = SCRIPT.findall(README)
    folder = tmp_path_factory.mktemp("clone")
    server = serve(clone(folder), folder / "data", *options.split(), "--port", "0")
    yield port_of(server)
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=10) is not None
    server.communicate()


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_that_is_told_to_stop_has_not_failed(
    tmp_path: Path, number: signal.Signals
) -> None:
    server = start(*COMMAND, "--database", str(tmp_path / "a.db"), "serve", "--port", "0")
    port = port_of(server)
    there = ("--database", str(tmp_path / "b.db"), "serve", "--port", port)
    _, told = start(*COMMAND, *there).communicate(timeout=20)
    assert f"cannot listen on 127.0.0.1, port {port}: another process does" in told
    server.send_signal(number)
    server.communicate(timeout=20)
    assert server.returncode == 0
