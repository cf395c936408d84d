"""What is in deploy/ can be used as it is."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from infrastructure.settings import Settings

DEPLOY = Path(__file__).parent.parent / "deploy"
UNIT = DEPLOY / "opstrail.service"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_takes_the_unit_and_finds_it_hardened(tmp_path: Path) -> None:
    unit = tmp_path / "opstrail.service"
    installed = UNIT.read_text(encoding="utf-8").replace(
        "/opt/opstrail/bin/opstrail", sys.executable
    )
    unit.write_text(installed, encoding="utf-8")
    for words in (("verify",), ("security", "--offline=true", "--threshold=20")):
        command = ("systemd-analyze", *words, str(unit))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (words, done.returncode, done.stderr) == (words, 0, "")


def test_the_example_says_what_may_be_said() -> None:
    said = tomllib.loads((DEPLOY / "opstrail.toml").read_text(encoding="utf-8"))
    assert {*said["settings"]} <= {*Settings.model_fields}


def test_the_container_file_copies_all_that_the_package_is_made_of() -> None:
    lines = (DEPLOY / "Containerfile").read_text(encoding="utf-8").splitlines()
    copied = {word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]}
    project = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))
    made_of = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    of_project = {project["project"]["readme"], *project["project"]["license-files"]}
    assert {*made_of, *of_project, "pyproject.toml", "requirements.lock"} <= copied


def test_the_readme_names_files_that_are_there() -> None:
    readme = (DEPLOY / "README.md").read_text(encoding="utf-8")
    named = [each for each in readme.split() if each.startswith("deploy/")]
    assert [each for each in named if not (DEPLOY.parent / each).exists()] == []
