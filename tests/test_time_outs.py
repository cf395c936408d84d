"""No test may hang for ever, and none that hangs takes the others with it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HANGING = """
import threading

def test_that_hangs():
    threading.Event().wait()

def test_after_it():
    assert True
"""


def test_a_test_that_hangs_is_ended_and_the_next_one_runs(tmp_path: Path) -> None:
    file = tmp_path / "test_hanging.py"
    file.write_text(HANGING)
    options = ["-p", "no:randomly", "-c", "pyproject.toml", "-o", "timeout=1"]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "1 failed, 1 passed" in finished.stdout
    assert "Failed: Timeout (>1.0s) from pytest-timeout." in finished.stdout


def test_every_test_has_a_time_out(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini("timeout")) < 600


@pytest.mark.long
def test_a_long_test_has_more_time(request: pytest.FixtureRequest) -> None:
    given = request.node.get_closest_marker("timeout")
    assert given.args[0] > float(request.config.getini("timeout"))
