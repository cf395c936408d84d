"""Opening a database that must be there already."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.database.errors import DatabaseUnreachable, path_of
from infrastructure.database.migrate import ensure_current


@contextmanager
def open_existing(url: str) -> Iterator[sa.Engine]:
    """Give an engine for the database of this URL, brought to this version's schema.

    Raises `DatabaseUnreachable` when there is no such file, and the other errors of
    `infrastructure.database.errors`.
    """
    engine = create_engine(url)
    try:
        if engine.dialect.name == "sqlite":
            require_file(engine)
        ensure_current(engine)
        yield engine
    finally:
        engine.dispose()


def require_file(engine: sa.Engine) -> None:
    """Raise `DatabaseUnreachable` when there is no file; SQLite would make one."""
    path = path_of(engine)
    try:
        Path(path).stat()
    except OSError as error:
        raise DatabaseUnreachable(path, reason=str(error.strerror)) from error
