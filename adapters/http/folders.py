"""Files that come with a request or go with its answer: an archive there, a folder here."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from adapters.http.fields import wrong_field
from adapters.http.problems import HttpProblem
from adapters.http.routes import ARCHIVE, Route
from domain.figures import whole_sum
from domain.operations.operation import InvalidParams

ANSWER: Final = "Opstrail-Answer"
"""The header with the answer where the body is an archive."""
MOST_BYTES: Final = 1 << 30
MOST_FILES: Final = 10_000


@contextmanager
def placed(route: Route, given: dict[str, Any]) -> Iterator[Path]:
    """Give a folder for the files of a request, which the param of the route then names.

    Where it names none, all of them are meant. The folder is told to nobody: an error says the
    names in the archive. Raises `HttpProblem`, `InvalidParams`.
    """
    with TemporaryDirectory(prefix="opstrail-") as name:
        folder = Path(name)
        if route.folder_in is not None:
            _unpack(given.pop(ARCHIVE), folder)
            given[route.folder_in] = [*_inside(folder, given.get(route.folder_in, [""]))]
        elif route.folder_out is not None:
            given[route.folder_out] = name
        try:
            yield folder
        except Exception as error:
            error.args = (str(error).replace(f"{name}/", ""),)
            raise


def packed(folder: Path) -> bytes:
    """Return the files in a folder as an archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return content.getvalue()


def _unpack(content: bytes, folder: Path) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            size = whole_sum(each.file_size for each in members)
            if size > MOST_BYTES or len(members) > MOST_FILES:
                detail = f"an archive has {MOST_FILES} files and {MOST_BYTES} bytes at most"
                raise HttpProblem(413, "too-large", detail)
            archive.extractall(folder)  # which lets no name lead outside
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        detail = f"the body is no zip archive: {error}"
        where = wrong_field("", detail, {}, {"type": "application/zip"})
        raise HttpProblem(422, "wrong-archive", detail, errors=[where]) from error


def _inside(folder: Path, names: list[str]) -> Iterator[str]:
    """Yield where files of the archive are. Raises `InvalidParams` for what may be elsewhere."""
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            raise InvalidParams([("paths", "each names a file or a folder of the archive")])
        yield str(folder / path)
