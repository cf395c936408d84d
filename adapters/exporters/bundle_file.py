"""A bundle as one file: a zip archive that is the same, byte by byte, for the same members.

Members are stored in order of name, all of one fixed time, and not compressed: so a reader unpacks
nothing, and a changed byte shows where it is. The archive's comment ends the file with the digest
of all bytes before the digest.
"""

import errno
import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Final

from adapters.exporters.html_page import page
from domain.audit.bundle import (
    MANIFEST,
    PAGE,
    SIZE_LIMIT,
    VERIFIER,
    Bundle,
    BundleRefused,
    BundleTooLarge,
)
from domain.audit.bundle_members import Histories, opened
from domain.figures import whole_sum
from domain.values.limits import MEMBER_COUNT
from domain.values.text import shown

_TIME: Final = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE: Final = 0o644 << 16
_DIGEST_LENGTH: Final = 64
_COMMENT: Final = b"sha256:"
_LOCAL_HEADER: Final = struct.Struct("<26xHH")
_UNREADABLE: Final = (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error)
_ENTRY: Final = b"PK\x01\x02"
_NAME: Final = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}/?){1,4}(?<!/)")
_KINDS, _LINK = 0o170000, 0o120000


class ZipBundles:
    """Bundles as zip archives; see `domain.services.bundles.BundleFormat`."""

    def read(self, content: bytes) -> Bundle:
        """See `BundleFormat`."""
        if len(content) > SIZE_LIMIT:
            raise BundleRefused(None, why=f"it has more than {SIZE_LIMIT} bytes")
        bundle = opened(_members(content))
        if content[-_DIGEST_LENGTH:] != _digest(content[:-_DIGEST_LENGTH]):
            raise BundleRefused(None, why="bytes around its members are not as they were written")
        return bundle

    def written(self, members: Mapping[str, bytes]) -> bytes:
        """See `BundleFormat`."""
        return archived(members)

    def documents(
        self, histories: Histories, *, tenant_id: str, engine_version: str, created_at: str
    ) -> dict[str, bytes]:
        """See `BundleFormat`."""
        shown = page(
            histories.values(),
            tenant_id=tenant_id,
            engine_version=engine_version,
            created_at=created_at,
        )
        return {PAGE: shown, VERIFIER: (files("adapters.exporters") / VERIFIER).read_bytes()}


def read_file(path: Path) -> bytes:
    """Return the bytes of a bundle's file; of one that is too large, one byte too many.

    Raises `OSError`.
    """
    with path.open("rb") as file:
        return file.read(SIZE_LIMIT + 1)


def write_file(path: Path, content: bytes) -> None:
    """Write the bytes to a new file, which gets its name when it is complete.

    Raises `FileExistsError`, `IsADirectoryError`, `OSError`.
    """
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, "this is no name of a file", str(path))
    if path.exists():
        raise FileExistsError(errno.EEXIST, "there is such a file: name a new one", str(path))
    beside = path.with_name(f"{path.name}.part")
    try:
        beside.write_bytes(content)
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def archived(members: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a bundle's file. Raises `BundleTooLarge`."""
    if len(members) > MEMBER_COUNT:
        raise BundleTooLarge(len(members), most=MEMBER_COUNT, of="members")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.comment = _COMMENT + bytes(_DIGEST_LENGTH)
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system, entry.external_attr = 3, _PLAIN_FILE
            archive.writestr(entry, members[name])
    content = file.getvalue()[:-_DIGEST_LENGTH]
    if len(content) + _DIGEST_LENGTH > SIZE_LIMIT:
        raise BundleTooLarge(len(content) + _DIGEST_LENGTH)
    return content + _digest(content)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _members(content: bytes) -> dict[str, bytes]:
    if content.count(_ENTRY) > MEMBER_COUNT:  # before an object is made of each
        why = f"it has more than {MEMBER_COUNT:,} members, which is the most that are read"
        raise BundleRefused(None, why=why)
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except _UNREADABLE as error:
        why = f"it is no zip archive, or it is cut off: {error}"
        raise BundleRefused(None, why=why) from error
    for entry in entries:
        _require_plain(entry)
    if whole_sum(entry.file_size for entry in entries) > len(content):
        raise BundleRefused(None, why="its members overlap: they hold more bytes than the file")
    members = dict[str, bytes]()
    for entry in entries:
        if entry.filename in members:
            raise BundleRefused(entry.filename, why="it is there twice")
        members[entry.filename] = _stored(content, entry)
    return members


def _require_plain(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if not _NAME.fullmatch(name) or entry.external_attr >> 16 & _KINDS == _LINK:
        why = "it is no file of a bundle: a path outside, a folder or a link"
        raise BundleRefused(shown(name), why=why)
    if entry.compress_type != zipfile.ZIP_STORED:
        raise BundleRefused(name, why="it is compressed; members of a bundle are stored")


def _stored(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Return a member's bytes as they are: what is wrong with them is better told by content."""
    name = entry.filename
    start = entry.header_offset + _LOCAL_HEADER.size
    header = content[entry.header_offset : start]
    if len(header) < _LOCAL_HEADER.size:
        raise BundleRefused(name, why="its header is cut off")
    begin = start + sum(_LOCAL_HEADER.unpack(header))
    member = content[begin : begin + entry.file_size]
    if name == MANIFEST and zlib.crc32(member) != entry.CRC:
        raise BundleRefused(name, why="its bytes are not as they were written")
    return member
