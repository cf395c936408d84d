from pathlib import Path

import pytest

from adapters.estates.machine.findings import Findings
from adapters.estates.machine.packages import DpkgFolders, find_packages, owners_of, read_packages

STATUS = """\
Package: bash
Status: install ok installed
Priority: required
Section: shells
Architecture: amd64
Version: 5.2
Depends: libc6

Package: libc6
Status: install ok installed
Priority: optional
Section: libs
Architecture: amd64
Version: 2.36
Depends: nowhere

Package: libc6
Status: install ok installed
Architecture: i386
Version: 2.36
"""
LOG = """\
2026-03-01 10:00:01 install bash:amd64 <none> 5.2
2026-03-01 10:00:02 remove gone:amd64 1 <none>
"""


@pytest.fixture
def dpkg(tmp_path: Path) -> DpkgFolders:
    folders = DpkgFolders(library=tmp_path / "dpkg", log=tmp_path / "log")
    (folders.library / "info").mkdir(parents=True)
    folders.log.mkdir()
    folders.status.write_text(STATUS)
    (folders.log / "dpkg.log").write_text(LOG)
    (folders.library / "info" / "bash.list").write_text("/.\n/bin\n/bin/bash\n")
    (folders.library / "info" / "libc6:amd64.list").write_text("/lib/x/libc.so.6\n")
    (folders.library / "info" / "gone.list").write_text("/usr/bin/gone\n")
    return folders


def found(dpkg: DpkgFolders) -> Findings:
    return find_packages(read_packages(dpkg), dpkg)


def test_packages_become_items_with_readable_codes(dpkg: DpkgFolders) -> None:
    items = {item.ci_code: item for item in found(dpkg).items}
    assert list(items) == ["bash", "libc6:amd64", "libc6:i386"]
    assert items["bash"].criticality == 5
    assert items["bash"].ci_category == "shells"
    assert items["bash"].attributes["version"] == "5.2"


def test_packages_are_deployed_on_the_host_and_depend_on_each_other(dpkg: DpkgFolders) -> None:
    relations = {(r.source_id, str(r.rel_type), r.target_id) for r in found(dpkg).relations}
    assert relations == {
        ("package:bash", "DEPLOYED_ON", "host"),
        ("package:libc6:amd64", "DEPLOYED_ON", "host"),
        ("package:libc6:i386", "DEPLOYED_ON", "host"),
        ("package:bash", "DEPENDS_ON", "package:libc6:amd64"),
    }


def test_the_log_is_about_packages_and_about_the_host_where_they_are_gone(
    dpkg: DpkgFolders,
) -> None:
    assert [entry.ci_id for entry in found(dpkg).event_log] == ["package:bash", "host"]


def test_needed_packages_that_are_not_installed_are_told(dpkg: DpkgFolders) -> None:
    assert found(dpkg).warnings == ("1 needed packages are not installed: nowhere",)


def test_files_are_found_in_merged_and_unmerged_folders(dpkg: DpkgFolders) -> None:
    paths = ["/usr/bin/bash", "/lib/x/libc.so.6", "/opt/own", "/usr/bin/gone"]
    assert owners_of(paths, read_packages(dpkg), folders=dpkg) == {
        "/usr/bin/bash": "package:bash",
        "/lib/x/libc.so.6": "package:libc6:amd64",
    }


def test_a_machine_without_dpkg_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_packages(DpkgFolders(library=tmp_path))
