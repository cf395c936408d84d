"""A file that was sent, or the files of an archive that was, in a folder of their own."""

import io
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from adapters.estates.files.problems import ImportRefused, Place, Problem
from domain.figures import whole_sum
from domain.values.limits import MEMBER_COUNT, UNPACKED_BYTES

_LONGEST: Final = 60
_UNREADABLE: Final = (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, OSError)


@contextmanager
def unpacked(name: str, content: bytes) -> Iterator[str]:
    """See `EstateSources`. Of the paths in an archive only the names of files count."""
    with TemporaryDirectory(prefix="opstrail-") as folder:
        if name.lower().endswith(".zip"):
            _unpack(name, content, Path(folder))
        else:
            (Path(folder) / _plain(name)).write_bytes(content)
        try:
            yield folder
        except ImportRefused as refused:
            raise _without(folder, refused, name=name) from None


def _unpack(name: str, content: bytes, folder: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            size = whole_sum(each.file_size for each in members)
            if len(members) > MEMBER_COUNT or size > UNPACKED_BYTES:
                limits = f"{MEMBER_COUNT:,} files and {UNPACKED_BYTES:,} bytes"
                raise _refused(name, f"it holds more than {limits}")
            for each in members:
                path = folder / _plain(each.filename)
                if path.exists():
                    raise _refused(name, f"it has two files {path.name!r}")
                with archive.open(each) as packed, path.open("wb") as file:
                    shutil.copyfileobj(packed, file)
    except _UNREADABLE as error:
        raise _refused(name, f"it is no zip archive, or a damaged one: {error}") from error


def _plain(path: str) -> str:
    """Return the name of a file, which leads nowhere else and is not too long."""
    name = PurePosixPath(path.replace("\\", "/").replace("\0", "")).name
    return name.lstrip(".")[-_LONGEST:] or "unnamed"


def _without(folder: str, refused: ImportRefused, *, name: str) -> ImportRefused:
    """Return the same, told of the files as they were sent."""
    sent = (each.place.file.removeprefix(f"{folder}/") for each in refused.problems)
    problems = [
        replace(each, place=replace(each.place, file=file.replace(folder, name)))
        for each, file in zip(refused.problems, sent, strict=True)
    ]
    return ImportRefused(problems, total=refused.total)


def _refused(name: str, why: str) -> Exception:
    return ImportRefused([Problem(Place(name), "", why)], total=1)
