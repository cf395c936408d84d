"""A folder or files become one dataset, or one error that tells everything that is wrong."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from adapters.estates.files import kinds
from adapters.estates.files.ci_ids import CiIds
from adapters.estates.files.kinds import KINDS, Kind
from adapters.estates.files.problems import Place, Problems
from adapters.estates.files.records import FileRecords
from adapters.estates.files.rows import SUFFIXES
from domain.estate.differences import ImportedFile
from domain.estate.port import EstateDataset, KnownItems

_NOTHING_KNOWN = KnownItems()
_LISTS = {"work_history": "work", "maintenance_history": "maintenance"}
"""The lists of a dataset that are not called as their files."""
RecordT = TypeVar("RecordT", bound=BaseModel)


def read_files(
    paths: Sequence[Path], *, source: str = "files", known: KnownItems = _NOTHING_KNOWN
) -> EstateDataset:
    """Return what the files hold; they may name the items that are known.

    A path is a file or a folder, whose files (not those of folders in it) are read. All of them
    are read once to find what is wrong, and again when their records are asked for. Raises
    `ImportRefused` with all problems.
    """
    problems = Problems()
    files = _files(paths, problems)
    ids = CiIds(known)

    def records(kind: Kind[RecordT]) -> FileRecords[RecordT]:
        found = FileRecords([path for path in files if path.stem == kind.name], kind, ids)
        found.check(problems)
        return found

    dataset = EstateDataset(
        source=source,
        is_partial=True,
        kinds=frozenset(list_of(path.stem) for path in files),
        cis=records(kinds.CIS),  # the first: the others name items by their codes
        relations=records(kinds.RELATIONS),
        metrics=records(kinds.METRICS),
        metric_points=records(kinds.POINTS),
        event_log=records(kinds.EVENT_LOG),
        work=records(kinds.WORK),
        maintenance=records(kinds.MAINTENANCE),
        documents=records(kinds.DOCUMENTS),
        cep_rules=records(kinds.CEP_RULES),
    )
    problems.refuse()
    return replace(dataset, files=tuple(map(_imported, files)))


def list_of(kind_name: str) -> str:
    """Return the name of a dataset's list, by the name of the files that it comes from."""
    return _LISTS.get(kind_name, kind_name)


def _imported(path: Path) -> ImportedFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ImportedFile(name=path.name, digest=digest, size=path.stat().st_size)


def _files(paths: Sequence[Path], problems: Problems) -> list[Path]:
    """Return the files to read, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            problems.add(Place(str(path)), "", "does not exist")
        elif path.is_dir():
            found |= dict.fromkeys(_files_of(path, problems))
        elif _is_known(path, problems):
            found[path] = None
    return list(found)


def _files_of(folder: Path, problems: Problems) -> Iterator[Path]:
    """Yield the files of a folder; other formats, such as a README, may lie beside them."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES]
    if not files:
        problems.add(Place(str(folder)), "", f"no file to import; allowed: {_allowed()}")
    yield from (path for path in files if _is_known(path, problems))


def _is_known(path: Path, problems: Problems) -> bool:
    is_known = path.stem in KINDS and path.suffix in SUFFIXES
    if not is_known:
        problems.add(Place(str(path)), "", f"unknown file name; allowed: {_allowed()}")
    return is_known


def _allowed() -> str:
    return f"{', '.join(KINDS)} with {', '.join(SUFFIXES)}"
