import gzip
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.estates.machine.package_log import read_package_log

LOG = """\
2026-03-01 10:00:00 startup archives unpack
2026-03-01 10:00:01 install nginx:amd64 <none> 1.24-1
2026-03-01 10:00:02 status half-installed nginx:amd64 1.24-1
2026-03-01 10:00:03 configure nginx:amd64 1.24-1 <none>
2026-03-02 10:00:00 upgrade libc6:amd64 2.36-9 2.36-10
2026-03-03 10:00:00 remove nginx:amd64 1.24-1 <none>
2026-03-03 10:00:05 purge nginx:amd64 1.24-1 <none>
"""


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def item_of(package: str) -> str:
    return f"package:{package.partition(':')[0]}"


def times(folder: Path, *lines: str) -> list[datetime]:
    (folder / "dpkg.log").write_text("\n".join(lines))
    return [entry.occurred_at for entry in read_package_log(folder, item_of).entries]


def test_installs_upgrades_and_removals_become_entries_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "dpkg.log").write_text(LOG)
    entries = read_package_log(tmp_path, item_of).entries
    assert [entry.event_type for entry in entries] == ["install", "upgrade", "remove", "purge"]
    assert entries[0].ci_id == "package:nginx"
    assert entries[1].message == "upgrade libc6:amd64: 2.36-9 -> 2.36-10"
    assert entries[1].attributes["new_version"] == "2.36-10"


def test_local_times_become_utc_in_winter_and_in_summer(tmp_path: Path) -> None:
    winter, summer = "2026-01-15 12:00:00", "2026-07-15 12:00:00"
    assert times(tmp_path, f"{winter} install a:amd64 1 2", f"{summer} install a:amd64 2 3") == [
        datetime(2026, 1, 15, 11, 0, tzinfo=UTC),
        datetime(2026, 7, 15, 10, 0, tzinfo=UTC),
    ]


def test_the_hour_that_comes_twice_is_told_apart_by_the_order_of_lines(tmp_path: Path) -> None:
    first, second = "2026-10-25 02:40:00", "2026-10-25 02:10:00"
    assert times(tmp_path, f"{first} install a:amd64 1 2", f"{second} install b:amd64 1 2") == [
        datetime(2026, 10, 25, 0, 40, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 10, tzinfo=UTC),
    ]


def test_rotated_and_compressed_files_are_read_oldest_first(tmp_path: Path) -> None:
    line = "2026-0{}-01 00:00:00 install p{}:amd64 <none> 1\n"
    (tmp_path / "dpkg.log").write_text(line.format(4, 4))
    (tmp_path / "dpkg.log.1").write_text(line.format(3, 3))
    (tmp_path / "dpkg.log.2.gz").write_bytes(gzip.compress(line.format(2, 2).encode()))
    (tmp_path / "dpkg.log.10.gz").write_bytes(gzip.compress(line.format(1, 1).encode()))
    entries = read_package_log(tmp_path, item_of).entries
    assert [entry.ci_id for entry in entries] == [f"package:p{n}" for n in (1, 2, 3, 4)]


def test_a_line_gives_the_same_entry_after_rotation(tmp_path: Path) -> None:
    (tmp_path / "dpkg.log").write_text(LOG)
    before = read_package_log(tmp_path, item_of).entries
    (tmp_path / "dpkg.log").rename(tmp_path / "dpkg.log.1")
    (tmp_path / "dpkg.log").write_text("2026-04-01 10:00:00 install new:amd64 <none> 1\n")
    assert read_package_log(tmp_path, item_of).entries[:4] == before


def test_equal_lines_are_different_entries(tmp_path: Path) -> None:
    (tmp_path / "dpkg.log").write_text("2026-01-15 12:00:00 install a:amd64 1 1\n" * 2)
    entries = read_package_log(tmp_path, item_of).entries
    assert len({entry.entry_id for entry in entries}) == 2


def test_lines_that_are_not_understood_are_counted(tmp_path: Path) -> None:
    bad = "2026-99-01 10:00:00 install a:amd64 1 2\n2026-01-01 10:00:00 remove torn\n"
    (tmp_path / "dpkg.log").write_text(bad + LOG)
    found = read_package_log(tmp_path, item_of)
    assert len(found.entries) == 4
    assert found.warnings == ["2 lines of dpkg's log are not understood"]


def test_a_damaged_file_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "dpkg.log").write_text(LOG)
    (tmp_path / "dpkg.log.2.gz").write_bytes(gzip.compress(LOG.encode())[:30])
    (tmp_path / "dpkg.log.3.gz").write_bytes(b"not gzip")
    found = read_package_log(tmp_path, item_of)
    assert len(found.entries) == 4
    assert [warning.split(":")[0] for warning in found.warnings] == [
        f"{tmp_path / 'dpkg.log.3.gz'} cannot be read",
        f"{tmp_path / 'dpkg.log.2.gz'} cannot be read",
    ]


def test_a_machine_without_a_log_has_no_entries_and_no_warning(tmp_path: Path) -> None:
    found = read_package_log(tmp_path, item_of)
    assert (found.entries, found.warnings) == ([], [])
