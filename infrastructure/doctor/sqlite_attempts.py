"""Running the trials on SQLite."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final, cast

import sqlalchemy as sa

from domain.views.database import Attempt, Layer, LayerVerdict
from infrastructure.database.authorizer import lifted
from infrastructure.database.engine import begin_immediate
from infrastructure.doctor.trials import (
    GUARDED,
    INSERT_LATER_VERSION,
    REPLACE_BY_EVENT_ID,
    Trial,
    fill,
    refusal_of,
    trials,
)

_LAYERS: Final = {
    sqlite3.SQLITE_AUTH: Layer.AUTHORIZER,
    sqlite3.SQLITE_CONSTRAINT_TRIGGER: Layer.TRIGGER,
}


def attempt_on_sqlite(engine: sa.Engine) -> list[Attempt]:
    """Return what came of each trial, on a connection of the service, all rolled back.

    The triggers are tried as any other program meets them: without the authorizer, which stops
    most statements before them, and with SQLite's own settings.
    """
    with begin_immediate(engine) as connection, connection.begin() as transaction:
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        fill(connection)
        found = []
        for trial in _trials(connection):
            for layer in trial.layers:
                with _as_any_program(driver) if layer is Layer.TRIGGER else nullcontext():
                    found.append(_attempt(connection, trial, layer))
        transaction.rollback()
    return found


def _trials(connection: sa.Connection) -> Iterator[Trial]:
    yield from trials(Layer.AUTHORIZER)
    trigger, authorizer = (Layer.TRIGGER,), (Layer.AUTHORIZER,)
    for table in GUARDED:
        replace = f"REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"  # noqa: S608 - ours
        yield Trial(f"INSERT OR REPLACE INTO {table}", replace, trigger)
    yield Trial("INSERT of a later version", INSERT_LATER_VERSION, trigger)
    yield Trial("REPLACE by event id", REPLACE_BY_EVENT_ID, trigger)
    yield Trial("DELETE of payloads", "DELETE FROM payloads", authorizer)
    yield Trial("DROP TABLE events", "DROP TABLE events", authorizer)
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'"
    for name in connection.exec_driver_sql(query).scalars().all():
        yield Trial(f"DROP TRIGGER {name}", f'DROP TRIGGER "{name}"', authorizer)


@contextmanager
def _as_any_program(connection: sqlite3.Connection) -> Iterator[None]:
    with lifted(connection):
        connection.execute("PRAGMA recursive_triggers=OFF")
        try:
            yield
        finally:
            connection.execute("PRAGMA recursive_triggers=ON")


def _attempt(connection: sa.Connection, trial: Trial, layer: Layer) -> Attempt:
    refusal = refusal_of(connection, trial.statement, sa.exc.DBAPIError)
    error = getattr(refusal, "orig", None)
    stopped_by = _LAYERS.get(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK))
    verdict = LayerVerdict.HELD if stopped_by is layer else LayerVerdict.MISSING
    answer = None if error is None else str(error)
    return Attempt(what=trial.what, layer=layer, verdict=verdict, answer=answer)
