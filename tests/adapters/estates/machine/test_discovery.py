import asyncio
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from adapters.estates.machine.discovery import discover, with_unique_codes
from adapters.estates.machine.host import find_host
from adapters.estates.machine.metric_samples import Sampler
from adapters.estates.machine.packages import DpkgFolders
from domain.estate.port import Discovery
from domain.estate.records import ConfigurationItem, MetricPoint

NOW = datetime(2026, 1, 1, tzinfo=UTC)
STATUS = """\
Package: alone
Status: install ok installed
Architecture: amd64
Version: 1
"""


def discovered(
    sample_seconds: float, dpkg: DpkgFolders, told: list[str] | None = None
) -> Discovery:
    tell = ([] if told is None else told).append
    return asyncio.run(discover(now=NOW, sample_seconds=sample_seconds, progress=tell, dpkg=dpkg))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Discovery:
    library = tmp_path_factory.mktemp("dpkg")
    (library / "status").write_text(STATUS)
    return discovered(0.2, DpkgFolders(library=library, log=library))


def item(code: str, subtype: str) -> ConfigurationItem:
    return ConfigurationItem(
        ci_id=f"{subtype}:{code}", ci_code=code, ci_name=code, ci_type="SW", ci_subtype=subtype
    )


def test_this_machine_has_a_host_disks_interfaces_processes_and_packages(
    found: Discovery,
) -> None:
    subtypes = {item.ci_subtype for item in found.dataset.cis}
    assert {"host", "disk", "process", "package"} <= subtypes
    assert found.dataset.source == "discover"


def test_codes_are_unique_whatever_their_case(found: Discovery) -> None:
    codes = [item.ci_code.casefold() for item in found.dataset.cis]
    assert len(set(codes)) == len(codes)


def test_relations_events_and_points_name_items_that_were_found(found: Discovery) -> None:
    ids = {item.ci_id for item in found.dataset.cis}
    named = {relation.source_id for relation in found.dataset.relations}
    named |= {relation.target_id for relation in found.dataset.relations}
    named |= {point.ci_id for point in found.dataset.metric_points}
    assert named <= ids


def test_the_host_is_composed_of_its_disks(found: Discovery) -> None:
    parts = {
        relation.target_id
        for relation in found.dataset.relations
        if relation.source_id == "host" and str(relation.rel_type) == "COMPOSED_OF"
    }
    assert "disk:/" in parts


def test_every_metric_that_has_points_is_defined(found: Discovery) -> None:
    defined = {metric.metric_name for metric in found.dataset.metrics}
    assert {point.metric_name for point in found.dataset.metric_points} <= defined


def test_without_time_to_measure_there_are_no_points(tmp_path: Path) -> None:
    found = discovered(0, DpkgFolders(library=tmp_path))
    assert list(found.dataset.metric_points) == []


def test_a_machine_without_dpkg_is_discovered_with_a_warning(tmp_path: Path) -> None:
    found = discovered(0, DpkgFolders(library=tmp_path))
    assert f"no packages: {tmp_path}/status: No such file or directory" in found.warnings
    assert "process" in {item.ci_subtype for item in found.dataset.cis}
    assert "package" not in {item.ci_subtype for item in found.dataset.cis}


def test_progress_is_told_in_words(tmp_path: Path) -> None:
    told: list[str] = []
    discovered(0.1, DpkgFolders(library=tmp_path), told)
    assert told[0] == "looking at the host"
    assert told[-1] == "measuring for 0.1 seconds"


def test_a_code_that_is_taken_gets_the_subtype() -> None:
    items = with_unique_codes([item("redis", "host"), item("Redis", "package")])
    assert [found.ci_code for found in items] == ["redis", "Redis:package"]


def refuse(**_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_disks_that_may_not_be_read_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "disk_partitions", refuse)
    found = find_host()
    assert found.warnings[0].startswith("disks may not be read: [Errno 13] Permission denied")
    assert found.items[0].ci_subtype == "host"


def test_metrics_that_may_not_be_measured_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(psutil, "cpu_percent", refuse)
    found = discovered(0.1, DpkgFolders(library=tmp_path))
    assert found.warnings[-1] == "metrics may not be measured: [Errno 13] Permission denied"
    assert list(found.dataset.metric_points) == []


def sampled(seconds: float) -> tuple[list[MetricPoint], list[float]]:
    slept: list[float] = []
    own = psutil.Process().pid

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    sampler = Sampler({own}, sleep=sleep)
    return asyncio.run(sampler.sample(now=NOW, seconds=seconds)), slept


def test_samples_are_spread_over_the_time_given() -> None:
    points, slept = sampled(3.0)
    instants = sorted({point.measured_at for point in points})
    assert slept == [0.5] * 6
    assert (instants[0] - NOW).total_seconds() == 0.5
    assert (instants[-1] - NOW).total_seconds() == 3.0


def test_the_machine_its_disk_and_a_process_are_measured() -> None:
    points, _ = sampled(0.5)
    own = f"process:{psutil.Process().pid}"
    measured = {(point.ci_id, point.metric_name) for point in points}
    assert {
        ("host", "cpu_usage"),
        ("host", "memory_usage"),
        ("disk:/", "disk_usage"),
        (own, "cpu_usage"),
        (own, "memory_rss"),
    } <= measured


def test_only_the_busiest_processes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.estates.machine.metric_samples.BUSIEST_COUNT", 0)
    points, _ = sampled(0.5)
    assert not [point for point in points if point.ci_id.startswith("process:")]
