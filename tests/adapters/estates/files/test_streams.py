"""Files are read as a stream: anew each time, and never whole."""

import tracemalloc
from pathlib import Path

import pytest

from adapters.estates.files.dataset import read_files
from adapters.estates.files.problems import ImportRefused

HEAD = "metric_name,unit"
_MB = 1 << 20


def test_records_are_there_each_time_that_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").write_text(f"{HEAD}\ncpu,%\nheat,C\n")
    metrics = read_files([tmp_path]).metrics
    first, second = [[one.metric_name for one in metrics] for _ in range(2)]
    assert first == second == ["cpu", "heat"]


def test_a_file_that_breaks_after_it_was_checked_is_refused_when_it_is_read(
    tmp_path: Path,
) -> None:
    file = tmp_path / "metrics.csv"
    file.write_text(f"{HEAD}\ncpu,%\n")
    metrics = read_files([file]).metrics
    file.write_text(f"{HEAD}\ncpu,%\n,C\n")
    with pytest.raises(ImportRefused, match="line 3: metric_name: is required"):
        list(metrics)


def test_a_file_that_is_gone_after_it_was_checked_is_refused_when_it_is_read(
    tmp_path: Path,
) -> None:
    file = tmp_path / "metrics.csv"
    file.write_text(f"{HEAD}\ncpu,%\n")
    metrics = read_files([file]).metrics
    file.unlink()
    with pytest.raises(ImportRefused, match="cannot be read: No such file"):
        list(metrics)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_reading_many_points_takes_little_memory(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "cis.csv").write_text("ci_code,ci_name,ci_type\nsrv-1,Server,HW\n")
    points = tmp_path / f"metric_points.{suffix}"
    with points.open("w") as file:
        if suffix == "csv":
            file.write("ci_code,metric_name,measured_at,value\n")
        for number in range(12_000):
            at = f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
            file.write(
                f"srv-1,cpu,{at},1\n"
                if suffix == "csv"
                else f'{{"ci_code":"srv-1","metric_name":"cpu","measured_at":"{at}","value":1}}\n'
            )
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_files([tmp_path]).metric_points)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 12_000
    assert peak < 4 * _MB


def test_a_key_that_comes_again_in_another_file_is_refused_with_both_places(
    tmp_path: Path,
) -> None:
    (tmp_path / "metrics.csv").write_text(f"{HEAD}\ncpu,%\n")
    (tmp_path / "metrics.jsonl").write_text('{"metric_name": "cpu", "unit": "C"}\n')
    with pytest.raises(ImportRefused) as refused:
        read_files([tmp_path])
    assert str(refused.value).endswith(
        "metrics.jsonl line 1: metric_name: 'cpu' is already in metrics.csv line 2"
    )
