"""Contenders measure what they say, or nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.checkouts import HERE
from bench.harness import NotMeasured
from bench.processes import Program, ours

FLOOR = "bench.contenders.floor_runs"
BROKEN = "; ".join(
    [
        "import sys",
        f"import {FLOOR} as floor",
        "made = floor._commits",
        "floor._commits = lambda events, row: made(events, row | {'call_count': 4})",
        "floor.main()",
    ]
)


def asked(folder: Path, at_once: int = 1) -> list[str]:
    database = f"sqlite:///{folder}/bench.db"
    return ["--database", database, "--at-once", str(at_once), "--seconds", "0.1"]


def test_the_floor_writes_what_opstrail_writes(tmp_path: Path) -> None:
    result = ours().result(["-m", FLOOR, *asked(tmp_path)], seconds=1)
    assert result["runs_per_second"] > 0
    assert result["cpu_ms"] > 0
    assert result["settings"] == "journal_mode=wal, synchronous=2"


def test_a_floor_that_writes_less_gives_no_figure(tmp_path: Path) -> None:
    with pytest.raises(NotMeasured, match="not as opstrail makes them"):
        ours().result(["-c", BROKEN, *asked(tmp_path)], seconds=1)


def test_the_floor_is_of_one_run_at_a_time(tmp_path: Path) -> None:
    with pytest.raises(NotMeasured, match="one run at a time"):
        ours().result(["-m", FLOOR, *asked(tmp_path, at_once=8)], seconds=1)


def test_runs_one_at_a_time_are_told_by_clock_and_processor(tmp_path: Path) -> None:
    script = HERE / "bench" / "contenders" / "one_at_a_time.py"
    command = [sys.executable, str(script), "--database", f"sqlite:///{tmp_path}/bench.db"]
    done = subprocess.run(
        [*command, "--calls", "1", "--runs", "3"],
        env={"PYTHONPATH": str(HERE)},
        capture_output=True,
        check=True,
    )
    figures = json.loads(done.stdout)
    assert figures.keys() == {"p50_ms", "cpu_ms"}
    assert min(figures.values()) > 0


def test_a_process_that_never_ends_gives_no_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.processes._START_SECONDS", 0.5)
    with pytest.raises(NotMeasured, match="did not end within 0 seconds"):
        ours().result(["-c", "import time; time.sleep(60)"], seconds=0)


def test_a_process_that_says_nothing_gives_no_figure() -> None:
    with pytest.raises(NotMeasured, match="failed without a word"):
        Program(Path(sys.executable), HERE).result(["-c", "raise SystemExit(3)"], seconds=1)
