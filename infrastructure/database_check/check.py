"""The check of a whole database: its settings, its schema, the hash chain, and the payloads."""

import itertools
from collections.abc import Callable, Iterator
from types import ModuleType

import sqlalchemy as sa

from domain.views.database import DatabaseReport
from infrastructure.database.errors import DatabaseReadOnly, path_of
from infrastructure.database.migrate import HEAD, revision_of
from infrastructure.database.opening import require_file
from infrastructure.database_check import postgres, sqlite
from infrastructure.event_store.tables import (
    EVENTS,
    LOG_BATCHES,
    LOGS,
    PAYLOADS,
    RUN_SUMMARIES,
    STREAMS,
)
from infrastructure.log.verification import PROBLEM_LIMIT, find_problems
from infrastructure.named_payloads.verification import verify_payloads

_EVENT_STORE = {table.name for table in (EVENTS, LOG_BATCHES, LOGS, STREAMS, PAYLOADS)}
_COMPARED = ("trigger", "function", "view")
_COUNTED = (EVENTS, LOG_BATCHES, STREAMS, RUN_SUMMARIES, PAYLOADS)


def check(engine: sa.Engine, tell: Callable[[str], None] = lambda _: None) -> DatabaseReport:
    """Return what is in the database, and what is wrong with it.

    Reads everything and changes nothing. It is told what could not be compared.

    Raises the errors of `infrastructure.database.errors` when the database cannot be opened, is
    damaged, or is not one of ours that this version knows.
    """
    if engine.dialect.name == "sqlite":
        require_file(engine)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            sqlite.require_undamaged(connection)
        revision = revision_of(connection)
        problems = tuple(itertools.islice(_problems(connection, revision, tell), PROBLEM_LIMIT))
        return DatabaseReport(
            path=path_of(engine),
            revision=revision,
            settings=_own_part(connection).settings(connection),
            counts=_counts(connection),
            problems=problems,
            is_sound=not problems,
        )


def schema_problems(connection: sa.Connection) -> Iterator[str]:
    """Compare with what the migrations make: triggers and functions by text, the rest by name.

    The text of tables may differ, for it is Alembic's, and of the version that made them.
    """
    part = _own_part(connection)
    found, wanted = part.objects(connection), part.migrated_objects(connection)
    for (kind, name), text in wanted.items():
        if (kind, name) not in found:
            yield f"the {kind} {name} is missing"
        elif kind in _COMPARED and found[kind, name] != text:
            yield f"the {kind} {name} was changed"
    for kind, name in sorted(found.keys() - wanted.keys()):
        if kind == "trigger":
            yield f"the trigger {name} is not ours"


def _own_part(connection: sa.Connection) -> ModuleType:
    return postgres if connection.dialect.name == "postgresql" else sqlite


def _problems(
    connection: sa.Connection, revision: str | None, tell: Callable[[str], None]
) -> Iterator[str]:
    yield from _own_part(connection).setting_problems(connection)
    if revision != HEAD:
        yield f"the schema is {revision or 'empty'} and not {HEAD}: the service migrates it"
        return
    try:
        yield from schema_problems(connection)
    except DatabaseReadOnly:  # on PostgreSQL only
        tell("the schema was not compared: this role may not make temporary tables to do so")
    if set(sa.inspect(connection).get_table_names()) >= _EVENT_STORE:
        yield from find_problems(connection)
        yield from verify_payloads(connection, problem_limit=PROBLEM_LIMIT).problems


def _counts(connection: sa.Connection) -> dict[str, int]:
    existing = sa.inspect(connection).get_table_names()
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in _COUNTED
        if table.name in existing
    }
