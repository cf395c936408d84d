"""What one build recorded on one Python, others verify; and each records the same."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from domain.replay.compare.compare import compare
from domain.run.events import HistoryEntry
from tests.acceptance.recordings.record import PLANS, QUESTIONS, TENANT
from tests.adapters.cli.command import Command

RECORD = Path(__file__).with_name("record.py")
ROOT = RECORD.parents[3]
KEPT = sorted((ROOT / "tests" / "golden" / "recordings").glob("*.zst"))
MADE_NOW = (
    sorted(Path(os.environ["RECORDINGS"]).glob("*.zst")) if "RECORDINGS" in os.environ else []
)
"""The recordings of `scripts/test --pythons`, of this checkout on every Python."""
SAME = {"same", "same but for timing"}

Histories = list[list[HistoryEntry]]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPSTRAIL_VERIFY_TOLERANCE", raising=False)


def recorded(file: Path, **surroundings: str) -> Path:
    """Return the file, in which a process with other surroundings has recorded the runs."""
    command = [sys.executable, str(RECORD), str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **surroundings}
    subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=120)
    return file


def histories(log: Path, opstrail: Command) -> Histories:
    """Return the runs of an exported log, in the order in which they were asked for."""
    assert opstrail("log", "import", str(log)).code == 0
    run_ids = opstrail("run", "list", "--limit", "100", "-o", "ids").lines
    with open_service(f"sqlite:///{opstrail.database}") as service:
        return [service.reader.history(TENANT, run_id) for run_id in reversed(run_ids)]


def differences(one: Histories, other: Histories) -> Iterator[str]:
    """Yield how runs of the same question differ in more than the time that they took."""
    for a, b in zip(one, other, strict=True):
        verdict = compare(a, b).verdict
        if verdict not in SAME:
            yield verdict


@pytest.fixture(scope="session")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("here") / "here.jsonl.zst"
    return recorded(file, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")


@pytest.mark.parametrize("log", [*KEPT, *MADE_NOW], ids=lambda log: log.name.partition(".js")[0])
def test_what_another_build_or_python_recorded_verifies(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opstrail = Command(tmp_path / "opstrail.db", capsys)
    assert opstrail("log", "import", str(log)).code == 0
    ended = opstrail("run", "verify", "--all", "-o", "json")
    found = [each for each in ended.json["results"] if each["verdict"] != "same"]
    assert (ended.code, found) == (0, [])
    assert len(ended.json["results"]) == len(QUESTIONS) + len(PLANS)


@pytest.mark.parametrize("log", MADE_NOW, ids=lambda log: log.name)
def test_every_python_records_the_same(
    log: Path, here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = (
        histories(file, Command(tmp_path / f"{number}.db", capsys))
        for number, file in enumerate((here, log))
    )
    assert [*differences(one, other)] == []


def test_hash_seed_zone_and_locale_make_no_difference(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    surroundings = {"PYTHONHASHSEED": "2", "TZ": "Pacific/Chatham", "LC_ALL": "C.UTF-8"}
    elsewhere = recorded(tmp_path / "elsewhere.jsonl.zst", **surroundings)
    one, other = (
        histories(file, Command(tmp_path / f"{number}.db", capsys))
        for number, file in enumerate((here, elsewhere))
    )
    assert len(one) == len(QUESTIONS) + len(PLANS)
    assert [*differences(one, other)] == []
