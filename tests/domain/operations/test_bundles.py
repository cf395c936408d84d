"""What is asked of bundles, as every face asks it."""

from typing import TYPE_CHECKING

import pytest

from adapters.bootstrap import open_service
from adapters.exporters.bundle_file import archived
from domain.audit.bundle import BundleRefused
from domain.operations.bundles import (
    EXPORT_RUNS,
    IMPORT_RUNS,
    VERIFY_BUNDLE,
    VERIFY_BUNDLE_RUNS,
    BundleToVerify,
    RunsToExport,
)
from domain.operations.operation import Caller, InvalidParams
from domain.views.bundle import ImportedRun
from tests.bundles import two_runs
from tests.domain.large import rows
from tests.domain.stages.running import BY, finish

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from domain.operations.services import Services
    from domain.run.events import HistoryEntry

FILE = archived(two_runs().members("run-1", "run-2"))
CALLER = Caller(BY)


@pytest.fixture
def have(tmp_path: "Path") -> "Iterator[Services]":
    with open_service(f"sqlite:///{tmp_path}/opstrail.db") as opstrail:
        yield opstrail


def test_what_was_imported_is_exported_again(have: "Services") -> None:
    finish(IMPORT_RUNS.do(have, CALLER, BundleToVerify(content=FILE)))
    params = RunsToExport(runs=("run-2", "run-1"))
    exported = finish(EXPORT_RUNS.do(have, CALLER, params))
    assert [run.run_id for run in exported.runs] == ["run-2", "run-1"]
    assert have.bundle_format.read(exported.content).manifest.members == exported.members


def test_a_bundle_reads_back_without_its_bytes_and_is_told_from_others(have: "Services") -> None:
    finish(IMPORT_RUNS.do(have, CALLER, BundleToVerify(content=FILE)))
    one, other = (
        finish(EXPORT_RUNS.do(have, CALLER, RunsToExport(runs=(run,))))
        for run in ("run-1", "run-2")
    )
    plain = EXPORT_RUNS.view.to_json(one)
    assert isinstance(plain, dict)
    assert "content" not in plain
    assert EXPORT_RUNS.view.from_json(plain) == one != other


def test_a_bundle_is_verified_and_its_runs_are_driven_without_a_database(
    have: "Services", tmp_path: "Path"
) -> None:
    params = BundleToVerify(content=FILE)
    assert finish(VERIFY_BUNDLE.do(have, CALLER, params)).is_sound
    verdicts = finish(VERIFY_BUNDLE_RUNS.do(have, CALLER, params))
    assert [each.run_id for each in verdicts] == ["run-1", "run-2"]
    assert list(tmp_path.iterdir()) == []


def test_the_runs_of_a_bundle_are_driven_with_their_large_results(
    have: "Services", monkeypatch: pytest.MonkeyPatch
) -> None:
    results: list[object] = []

    async def look(history: "Sequence[HistoryEntry]", *_: object) -> None:
        results.extend(getattr(entry.event, "data", None) for entry in history)

    monkeypatch.setattr("domain.services.bundles.verify", look)
    finish(VERIFY_BUNDLE_RUNS.do(have, CALLER, BundleToVerify(content=FILE)))
    assert rows() in results


def test_a_changed_byte_is_refused_whatever_is_asked(have: "Services") -> None:
    params = BundleToVerify(content=FILE.replace(b"Wie gro", b"Wie roh"))
    for operation in (IMPORT_RUNS, VERIFY_BUNDLE, VERIFY_BUNDLE_RUNS):
        with pytest.raises(BundleRefused, match="run-2 version 1"):
            finish(operation.do(have, CALLER, params))


def test_a_bundle_has_one_run_at_least() -> None:
    with pytest.raises(InvalidParams, match="runs: "):
        RunsToExport(runs=())


@pytest.mark.parametrize(
    ("new_count", "outcome"),
    [(0, "was there already"), (3, "imported"), (2, "continued by 2 events")],
)
def test_an_import_says_what_became_of_a_run(new_count: int, outcome: str) -> None:
    assert ImportedRun("run-1", 3, "00", new_count).outcome == outcome
