"""A bundle's file that was made to cost memory, or to reach outside, is refused before it does."""

import io
import tracemalloc
import zipfile

import pytest

from adapters.exporters import bundle_file
from adapters.exporters.bundle_file import ZipBundles, archived
from adapters.tools.builtin import declared_tools
from domain.audit.bundle import MANIFEST, PROOF, BundleRefused, BundleTooLarge, events_member
from domain.replay.verify.verifier import NAMELESS
from domain.services import bundles as services
from domain.services.bundles import verify_runs_of
from domain.values.limits import MEMBER_COUNT
from tests.bundles import Log, two_runs
from tests.domain.desk import ASK
from tests.domain.large import answered
from tests.domain.stages.running import finish

MEMBERS = two_runs().members("run-1", "run-2")


def refused(content: bytes) -> str:
    with pytest.raises(BundleRefused) as caught:
        ZipBundles().read(content)
    return str(caught.value)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    "name",
    ["../escape", "/etc/passwd", "runs/", "a//b", "runs/../../x", "C:\\x", "\u202egpj"],
)
def test_a_member_whose_name_leads_elsewhere_is_refused(name: str) -> None:
    assert "a path outside, a folder or a link" in refused(zipped(**{name: b""}))


def test_a_link_is_refused() -> None:
    file, entry = io.BytesIO(), zipfile.ZipInfo("index.html")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "a path outside, a folder or a link" in refused(file.getvalue())


def test_a_zip_in_a_zip_is_no_member_that_a_bundle_has() -> None:
    inner = zipped(**{"x.html": bytes(100)})
    assert "inner.zip: the manifest does not name it" in refused(
        archived({**MEMBERS, "inner.zip": inner})
    )


def test_members_that_overlap_are_refused_before_they_are_read() -> None:
    """2,000 entries name the same megabyte: 2 GB, if each were read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", bytes(1 << 20))
        first = archive.filelist[0]
        for number in range(2000):
            again = zipfile.ZipInfo(f"a{number}")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.file_size = again.compress_size = first.file_size
            archive.filelist.append(again)
    tracemalloc.start()
    try:
        assert "its members overlap" in refused(file.getvalue())
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()


def test_more_members_than_are_read_are_refused_before_they_are_listed() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a", b"")
        archive.filelist += archive.filelist * MEMBER_COUNT
    assert f"more than {MEMBER_COUNT:,} members" in refused(file.getvalue())


def test_a_bundle_with_more_members_than_are_read_is_not_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundle_file, "MEMBER_COUNT", 2)
    with pytest.raises(BundleTooLarge, match="members, more than the 2 allowed"):
        archived(MEMBERS)


@pytest.mark.parametrize("name", [MANIFEST, PROOF])
@pytest.mark.parametrize("text", ["[" * 100_000, "[" + "[]," * 1_000_001 + "0]"])
def test_json_of_many_parts_is_refused(name: str, text: str) -> None:
    assert f"refused at {name}" in refused(archived({**MEMBERS, name: text.encode()}))


@pytest.mark.parametrize("line", [b"[" * 100_000, b"[" + b"1," * 900_000 + b"1]"])
def test_a_line_of_many_parts_is_refused(line: bytes) -> None:
    name = events_member("run-1")
    assert f"refused at {name}" in refused(archived({**MEMBERS, name: line}))


def large(*, rows: int) -> Log:
    """A run with a large result of rows that pack to nearly nothing."""
    return Log().record("run-1", ASK, answered({"rows": [0] * rows})[1:])


def test_a_payload_that_holds_much_more_than_its_size_is_refused() -> None:
    members = large(rows=2_000_000).members("run-1")
    assert "more than 200 times as many" in refused(archived(members))


def test_large_results_of_a_run_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = ZipBundles().read(archived(large(rows=20_000).members("run-1")))
    monkeypatch.setattr(services, "RUN_PAYLOADS_BYTES", 30_000)
    with pytest.raises(BundleRefused, match=r"run-1: its large results have .* at most 30,000"):
        finish(verify_runs_of(bundle, declared_tools(), NAMELESS))
