"""A bundle's file is read as it was written, or refused by name."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from adapters.exporters import bundle_file
from adapters.exporters.bundle_file import ZipBundles, archived, read_file, write_file
from domain.audit.bundle import MANIFEST, BundleRefused, BundleTooLarge, events_member
from domain.audit.bundle_members import opened
from tests.bundles import two_runs

MEMBERS = two_runs().members("run-1", "run-2")
SOUND = archived(MEMBERS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "run.zip"
    path.write_bytes(SOUND)
    return path


def refused(content: bytes) -> BundleRefused:
    with pytest.raises(BundleRefused) as caught:
        ZipBundles().read(content)
    return caught.value


def flipped(position: int) -> bytes:
    content = bytearray(SOUND)
    content[position] ^= 1
    return bytes(content)


def rezipped(members: dict[str, bytes], **options: Any) -> bytes:  # noqa: ANN401 - zipfile's
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write_file(tmp_path / "run.zip", SOUND)
    assert ZipBundles().read(read_file(tmp_path / "run.zip")) == opened(MEMBERS)


def test_the_same_members_make_the_same_file() -> None:
    assert archived(dict(reversed(MEMBERS.items()))) == SOUND


def test_a_bundle_is_a_zip_archive_for_everybody(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS


def test_a_file_that_is_there_is_not_written_over(file: Path) -> None:
    with pytest.raises(FileExistsError, match="name a new one"):
        write_file(file, SOUND)
    assert file.read_bytes() == SOUND


def test_a_file_that_cannot_be_named_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(Path, "rename", no_room)
    with pytest.raises(OSError, match="No space left"):
        write_file(tmp_path / "run.zip", SOUND)
    assert list(tmp_path.iterdir()) == []


def test_one_changed_byte_anywhere_is_refused() -> None:
    for position in range(0, len(SOUND), 53):
        assert refused(flipped(position)).why


def test_every_byte_around_the_members_counts() -> None:
    for position in range(SOUND.rindex(b"PK\x01\x02"), len(SOUND)):
        assert refused(flipped(position)).why


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_a_changed_byte_is_refused_with_its_member(name: str) -> None:
    begin = SOUND.index(MEMBERS[name])
    for position in range(begin, begin + len(MEMBERS[name]), 211):
        assert refused(flipped(position)).member == name


def test_a_changed_byte_of_an_event_is_refused_with_run_and_version() -> None:
    name = events_member("run-1")
    position = SOUND.index(MEMBERS[name])
    for version, line in enumerate(MEMBERS[name].splitlines(keepends=True), start=1):
        for inside in range(0, len(line), 37):
            error = refused(flipped(position + inside))
            assert (error.member, error.run_id, error.version) == (name, "run-1", version)
        position += len(line)


@pytest.mark.parametrize("count", [0, 1, 10, len(SOUND) // 2, len(SOUND) - 65, len(SOUND) - 1])
def test_a_file_that_is_cut_off_is_refused(count: int) -> None:
    assert refused(SOUND[:count]).why


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"])
def test_what_is_no_zip_archive_is_refused(content: bytes) -> None:
    assert "it is no zip archive, or it is cut off" in str(refused(content))


@pytest.mark.parametrize("content", [SOUND + b"\0", b"\0" + SOUND])
def test_bytes_around_the_archive_are_refused(content: bytes) -> None:
    assert refused(content).why == "bytes around its members are not as they were written"


def test_an_archive_that_was_packed_again_is_refused() -> None:
    error = refused(rezipped(MEMBERS))
    assert error.why == "bytes around its members are not as they were written"


def test_compressed_members_are_refused_unread() -> None:
    error = refused(rezipped(MEMBERS, compression=zipfile.ZIP_DEFLATED))
    assert error.why == "it is compressed; members of a bundle are stored"


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_member_that_is_there_twice_is_refused() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(MANIFEST, MEMBERS[MANIFEST])
        made.writestr(MANIFEST, b"{}")
    assert refused(archive.getvalue()).why == "it is there twice"


def test_a_header_beyond_the_end_is_refused() -> None:
    content = bytearray(SOUND)
    directory = content.index(b"PK\x01\x02")
    content[directory + 42 : directory + 46] = (0x7FFFFFFF).to_bytes(4, "little")
    assert refused(bytes(content)).why == "its header is cut off"


def test_of_a_file_that_is_too_large_no_more_is_read_than_shows_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_file, "SIZE_LIMIT", 10)
    assert read_file(file) == SOUND[:11]
    assert refused(SOUND[:11]).why == "it has more than 10 bytes"


def test_runs_that_are_too_large_for_one_bundle_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundle_file, "SIZE_LIMIT", len(SOUND) - 1)
    with pytest.raises(BundleTooLarge, match="export fewer runs into one"):
        ZipBundles().written(MEMBERS)
