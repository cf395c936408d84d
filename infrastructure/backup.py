"""Backing up a database while others write to it, and verifying the copy."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final, cast

import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.services.database import BackedUpByItsServer
from domain.views.database import Backup
from domain.views.log import LogMark
from infrastructure.database.database_file import WAL
from infrastructure.database.engine import create_engine
from infrastructure.database.errors import path_of, translated
from infrastructure.database.opening import opened_to_read, require_revision
from infrastructure.database_check.sqlite import require_undamaged
from infrastructure.log.marks import end_of_log
from infrastructure.log.verification import verify_log

_PAGES: Final = 2000
"""So many pages are copied at a time."""

Progress = Callable[[str], None]


def back_up(
    engine: sa.Engine, target: Path, *, may_replace: bool, on_progress: Progress
) -> Backup:
    """Write the database as it is now to a file, which gets its name once it was verified.

    Others may write meanwhile. Raises `BackedUpByItsServer`, `FileExistsError`, `CorruptLog` when
    the copy is not sound, and the errors of `infrastructure.database.errors`; then nothing is
    left.
    """
    if engine.dialect.name == "postgresql":
        raise BackedUpByItsServer(path_of(engine), path=str(target))
    require_revision(engine)
    _require_free(Path(path_of(engine)), target, may_replace=may_replace)
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        _copy(engine, beside, on_progress)
        mark = _verified(beside, on_progress)
        shutil.copymode(path_of(engine), beside)
        _sync(beside)
        beside.replace(target)
        _sync(target.parent)
    finally:
        for suffix in ("", WAL, "-shm", "-journal"):
            Path(f"{beside}{suffix}").unlink(missing_ok=True)
    return Backup(path=str(target), byte_count=target.stat().st_size, ends_at=mark)


def _require_free(source: Path, target: Path, *, may_replace: bool) -> None:
    if not target.exists():
        return
    why = "there is such a file: name a new one, or replace it with --force"
    if not target.is_file():
        why = "that is no file, and cannot be replaced by one"
    elif target.samefile(source):
        why = "that is the database itself"
    elif Path(f"{target}{WAL}").exists():
        why = f"somebody has it open as a database: there is a file {target.name}{WAL}"
    elif may_replace:
        return
    raise FileExistsError(errno.EEXIST, why, str(target))


def _copy(engine: sa.Engine, beside: Path, on_progress: Progress) -> None:
    target = create_engine(f"sqlite:///{beside}")  # only what a failure is told of
    with engine.connect() as connection, translated(target, sqlite3.Error):
        end_of_log(connection)  # from now on it reads one snapshot: the copy begins only once
        source = cast("sqlite3.Connection", connection.connection.driver_connection)
        with closing(sqlite3.connect(beside)) as copy:
            source.backup(
                copy,
                pages=_PAGES,
                progress=lambda _, left, whole: on_progress(f"{whole - left} of {whole} pages"),
            )


def _verified(beside: Path, on_progress: Progress) -> LogMark:
    with opened_to_read(f"sqlite:///{beside}") as copy:
        with copy.connect() as connection:
            require_undamaged(connection)
        report = verify_log(
            copy,
            0,
            on_progress=lambda at: on_progress(f"verified to {at.verified_to.position}"),
        )
    if report.problems:
        where = "what would be the backup"
        raise CorruptLog(where, why="; ".join(report.problems))
    return report.verified_to


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
