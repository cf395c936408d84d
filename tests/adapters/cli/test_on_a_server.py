"""The tests of the command line hold against a server on their database.

`tests/not_served.py` names those that cannot, each with the reason.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[2]
SOME: Final = ("test_goldens", "test_notes", "test_follow_ups")
ALL: Final = tuple({each.stem for each in HERE.glob("test_*.py")} - {Path(__file__).stem})


@pytest.mark.parametrize("names", [SOME, pytest.param(ALL, marks=pytest.mark.long)], ids=len)
def test_the_tests_of_the_command_line_hold_against_a_server(names: tuple[str, ...]) -> None:
    files = [str(HERE / f"{name}.py") for name in names]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", *files],
        cwd=ROOT,
        env={**os.environ, "OPSTRAIL_TEST_SERVER": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-5000:]
    assert " passed" in ended.stdout
