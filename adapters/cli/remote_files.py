"""The files that go to a server and come from one, each time as one archive."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from adapters.client import ProblemError
from adapters.client.calls import Answer
from adapters.exporters.bundle_file import ZipBundles
from domain.estate.errors import ExportRefused
from domain.views.bundle import ExportedBundle

_SUFFIXES: Final = (".csv", ".json", ".jsonl")
ANSWER: Final = "Opstrail-Answer"
"""The header that has the answer where the body is a file."""


def exported_bundle(content: bytes) -> ExportedBundle:
    """Return the bundle that a file is, every hash of it recomputed."""
    manifest = ZipBundles().read(content).manifest
    return ExportedBundle(**dict(manifest), content=content)


def require_empty(folder: Path) -> None:
    """Raise `ExportRefused` where there is more than an empty folder."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportRefused(str(folder), why="is there already and not an empty folder")


def estate_written(answer: Answer, folder: str) -> Any:  # noqa: ANN401 - JSON
    """Write the files of an estate into a folder, and return what they are."""
    try:
        with zipfile.ZipFile(io.BytesIO(cast("bytes", answer.value))) as archive:
            Path(folder).mkdir(parents=True, exist_ok=True)
            archive.extractall(folder)
    except OSError as error:
        raise ExportRefused(folder, why=f"cannot be written: {error.strerror}") from error
    return {**json.loads(answer.headers[ANSWER]), "folder": folder}


@contextmanager
def estate_packed(paths: Sequence[str]) -> Iterator[tuple[bytes, list[str]]]:
    """Give an archive of files and of folders' files, and how each path is called in it.

    A problem that the server has with them is told with the paths as they are called here.
    """
    content, names = io.BytesIO(), [_name_of(n, path) for n, path in enumerate(map(Path, paths))]
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for given, called in zip(paths, names, strict=True):
            for file, inside in _files_of(Path(given), called):
                archive.write(file, inside)
    try:
        yield content.getvalue(), names
    except ProblemError as problem:
        detail = problem.detail
        for path, name in zip(reversed(paths), reversed(names), strict=True):  # path-1 in path-10
            detail = detail.replace(name, path)
        raise ProblemError(problem.status, {**problem.document, "detail": detail}) from problem


def _name_of(number: int, path: Path) -> str:
    return f"path-{number}/{path.name}" if path.is_file() else f"path-{number}"


def _files_of(path: Path, name: str) -> Iterator[tuple[Path, str]]:
    if path.is_file():
        yield path, name
    elif path.is_dir():
        yield path, f"{name}/"  # it may be empty
        known = (each for each in sorted(path.iterdir()) if each.suffix in _SUFFIXES)
        yield from ((each, f"{name}/{each.name}") for each in known if each.is_file())
