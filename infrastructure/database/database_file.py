"""The file of a SQLite database: whether it is still the one that was opened, and how it is read.

A process that goes on writing to a file which somebody has deleted or replaced would acknowledge
what nobody finds again.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from infrastructure.database.errors import DatabaseBusy, DatabaseReplaced, DatabaseUnreadable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from tempfile import TemporaryDirectory

WAL: Final = "-wal"
_UNSETTLED: Final = (WAL, "-journal")
"""Files beside the database that may hold what is not in it yet, or what is not to stay in it."""

COPIED_AT_MOST_BYTES: Final = 2**30
"""A larger database is not copied to be read."""

_COPY: Final = "copy.db"
_COPY_TRIES: Final = 3

Identity = tuple[int, int]
Way = Literal["rw", "ro", "immutable", "copy"]
"""How a file is read: "rw" makes what is needed beside it and removes that again, "ro" uses what
is there, "immutable" needs nothing beside the file."""


class DatabaseFile:
    """The file at a path, as an engine has first opened it."""

    def __init__(self, path: str) -> None:
        self.path = Path(path).absolute()
        self._name, self._wal = str(self.path), str(_beside(self.path, WAL))
        self._seen: Identity | None = None
        self._lost: str | None = None

    def note(self) -> None:
        """Remember which file it is, unless that is known: before a connection, and after."""
        self._seen = self._seen or identity_of(self.path)

    def wal(self) -> Identity | None:
        """Return which file the write-ahead log is: the same one for as long as it is open."""
        return identity_of(self._wal)

    def require_same(self, *, wal: Identity | None = None) -> None:
        """Raise `DatabaseReplaced` when another file, or none, is there now.

        Also when it has another write-ahead log than `wal`. Once raised, it is raised for ever.
        """
        if self._seen is not None and identity_of(self._name) != self._seen:
            self._lost = self._name
        elif wal is not None and self.wal() != wal:
            self._lost = self._wal
        if self._lost is not None:
            raise DatabaseReplaced(self._lost)


class ReadFile(DatabaseFile):
    """The file of a database that is read and not changed, or a private copy of it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.way: Way = _way_to_read(self.path)
        self._state = _state_of(self.path)
        self._copy: TemporaryDirectory[str] | None = None

    @property
    def uri(self) -> str:
        """What SQLite is to open."""
        from urllib.parse import quote  # noqa: PLC0415 - who writes needs none

        if self._copy is not None:
            return f"file:{quote(self._copy.name)}/{_COPY}"
        choice = "immutable=1" if self.way == "immutable" else f"mode={self.way}"
        return f"file:{quote(str(self.path))}?{choice}"

    @property
    def may_be_written(self) -> bool:
        """Whether this user may write the file, and beside it."""
        return _may_be_written(self.path)

    @property
    def is_copy(self) -> bool:
        """Whether it is a private copy that is read, which may be changed at will."""
        return self._copy is not None

    def become_copy(self) -> None:
        """Read a private copy from the next connection on.

        Raises `DatabaseUnreadable` when the file is too large, and `DatabaseBusy` when somebody
        writes to it again and again.
        """
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - few reads need a copy

        byte_count = sum(size for size, _ in _state_of(self.path))
        if byte_count > COPIED_AT_MOST_BYTES:
            raise DatabaseUnreadable(str(self.path), byte_count=byte_count)
        copy = TemporaryDirectory(prefix="opstrail-")
        for _ in range(_COPY_TRIES):
            before = _state_of(self.path)
            _copy(self.path, Path(copy.name))
            if _state_of(self.path) == before:
                self.way, self._copy = "copy", copy
                return
        copy.cleanup()
        raise DatabaseBusy(str(self.path), reason="it changed while it was copied to be read")

    def close(self) -> None:
        """Remove the copy. Raises `DatabaseBusy` when what was read may be of several times."""
        if self._copy is not None:
            self._copy.cleanup()
        if self.way == "immutable" and _state_of(self.path) != self._state:
            raise DatabaseBusy(str(self.path), reason="it was written while it was read")


def identity_of(path: Path | str) -> Identity | None:
    """Return which file is at a path; None when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - at each append, and a fifth quicker
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _way_to_read(path: Path) -> Way:
    """Return how the file can be read so that nothing is left behind.

    What a file needs beside it is there already, or is made and removed again, or nothing is
    needed, for a file that nobody can be writing to. Else a copy is needed.
    """
    if all(os.access(_beside(path, suffix), os.R_OK) for suffix in (WAL, "-shm")):
        return "ro"
    if _may_be_written(path):
        return "rw"
    is_settled = not any(size for size, _ in _state_of(path)[1:])
    return "immutable" if is_settled else "copy"


def _may_be_written(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _state_of(path: Path) -> Sequence[tuple[int, int]]:
    """Return size and time of the file, and of those beside it that hold what it does not."""
    return [_size_and_time(_beside(path, suffix)) for suffix in ("", *_UNSETTLED)]


def _size_and_time(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


def _copy(path: Path, folder: Path) -> None:
    for suffix in ("", *_UNSETTLED):
        with suppress(FileNotFoundError):
            shutil.copyfile(_beside(path, suffix), folder / f"{_COPY}{suffix}")


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(f"{path.name}{suffix}")
