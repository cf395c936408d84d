"""Databases in a test's own folder."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.database.migrate import ensure_current
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from infrastructure.run_list.views import SqlRunViews
from tests.fakes import FrozenClock


@contextmanager
def opened(path: Path) -> Iterator[sa.Engine]:
    """Give an engine for the file, and close it at the end."""
    engine = create_engine(f"sqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


def make_empty(path: Path) -> Path:
    """Make a current database without any event; return its path."""
    with opened(path) as engine:
        ensure_current(engine)
    return path


@contextmanager
def copied(template: Path, folder: Path) -> Iterator[sa.Engine]:
    """Give an engine for a copy of the database: much quicker than to migrate a new one."""
    with opened(Path(shutil.copy(template, folder / "opstrail.db"))) as engine:
        yield engine


def views_on(engine: sa.Engine) -> SqlRunViews:
    """Return the run list of a database."""
    return SqlRunViews(engine, Projections(engine, clock=FrozenClock(), ids=UuidIds()).catch_up)
