"""The check of a whole database: its file, its schema, and the hash chain of its events."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from infrastructure.database.errors import DatabaseCorrupt, DatabaseUnreachable, path_of
from infrastructure.database.migrate import HEAD, revision_of, upgrade
from infrastructure.event_store.tables import EVENTS, LOG_BATCHES, LOGS, RUN_SUMMARIES, STREAMS
from infrastructure.event_store.verification import find_problems

PROBLEM_LIMIT: Final = 20
"""How many problems a report names; the check stops there."""

_EVENT_STORE = {table.name for table in (EVENTS, LOG_BATCHES, LOGS, STREAMS)}
_COUNTED = (EVENTS, LOG_BATCHES, STREAMS, RUN_SUMMARIES)
_SYNCHRONOUS = ("OFF", "NORMAL", "FULL", "EXTRA")
_OBJECTS = sa.text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseReport:
    """What the check found. `counts` has the rows of each table of the event store.

    At `PROBLEM_LIMIT` problems the check stopped, and there may be more.
    """

    path: str
    revision: str | None
    journal_mode: str
    synchronous: str
    counts: dict[str, int]
    problems: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def check(engine: sa.Engine) -> DatabaseReport:
    """Return what is in the database, and what is wrong with it.

    Reads everything and changes nothing.

    Raises the errors of `infrastructure.database.errors` when the file cannot be opened, is
    damaged, or is not a database of ours that this version knows.
    """
    path = path_of(engine)
    _require_file(path)
    with engine.connect() as connection:
        _require_undamaged(connection)
        revision = revision_of(connection)
        problems = tuple(itertools.islice(_problems(connection, revision), PROBLEM_LIMIT))
        return DatabaseReport(
            path=path,
            revision=revision,
            journal_mode=_pragma(connection, "journal_mode"),
            synchronous=_SYNCHRONOUS[int(_pragma(connection, "synchronous"))],
            counts=_counts(connection),
            problems=problems,
        )


def _require_file(path: str) -> None:
    # SQLite would make one.
    try:
        Path(path).stat()
    except OSError as error:
        raise DatabaseUnreachable(path, reason=str(error.strerror)) from error


def _require_undamaged(connection: sa.Connection) -> None:
    found = _pragma(connection, "integrity_check(1)")
    if found != "ok":
        raise DatabaseCorrupt(path_of(connection.engine), reason=found)


def _problems(connection: sa.Connection, revision: str | None) -> Iterator[str]:
    journal_mode = _pragma(connection, "journal_mode")
    if journal_mode != "wal":
        yield f"the journal mode is {journal_mode} and not wal: is the file on a network drive?"
    if revision != HEAD:
        yield f"the schema is {revision or 'empty'} and not {HEAD}: the service migrates it"
        return
    yield from _schema_problems(connection)
    if set(sa.inspect(connection).get_table_names()) >= _EVENT_STORE:
        yield from find_problems(connection)


def _schema_problems(connection: sa.Connection) -> Iterator[str]:
    """Compare with what the migrations make: triggers by their text, the rest by name.

    The text of tables may differ, for it is Alembic's, and of the version that made them.
    """
    found, wanted = _objects(connection), _migrated_objects()
    for (kind, name), text in wanted.items():
        if (kind, name) not in found:
            yield f"the {kind} {name} is missing"
        elif kind == "trigger" and found[kind, name] != text:
            yield f"the trigger {name} was changed"
    for kind, name in found.keys() - wanted.keys():
        if kind == "trigger":
            yield f"the trigger {name} is not ours"


def _migrated_objects() -> dict[tuple[str, str], str | None]:
    with sa.create_engine("sqlite://").begin() as connection:
        upgrade(connection)
        return _objects(connection)


def _objects(connection: sa.Connection) -> dict[tuple[str, str], str | None]:
    return {(row.type, row.name): row.sql for row in connection.execute(_OBJECTS)}


def _pragma(connection: sa.Connection, name: str) -> str:
    return str(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _counts(connection: sa.Connection) -> dict[str, int]:
    existing = sa.inspect(connection).get_table_names()
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in _COUNTED
        if table.name in existing
    }
