"""Running the trials on PostgreSQL."""

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from domain.views.database import Attempt, Layer, LayerVerdict
from infrastructure.database.errors import DatabaseFailed
from infrastructure.doctor.trials import (
    DIRECT_INSERT,
    GUARDED,
    INSERT_LATER_VERSION,
    Trial,
    fill,
    refusal_of,
    trials,
)
from infrastructure.event_store.tables import LOGS

_LAYERS: Final = {"42501": Layer.RIGHTS, "23001": Layer.TRIGGER}
"""By SQLSTATE: insufficient_privilege, and restrict_violation, which our triggers raise."""

_REFUSALS: Final = (sa.exc.DBAPIError, DatabaseFailed)
_OWNS_EVENTS: Final = (
    "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'events'::regclass"
)
_GAP_IN_BATCHES: Final = (
    "INSERT INTO log_batches (log, first_position, last_position, log_hash)"
    " SELECT log, last_position + 2, last_position + 2, log_hash FROM log_batches"
    " ORDER BY last_position DESC LIMIT 1"
)


def attempt_on_postgres(engine: sa.Engine) -> list[Attempt]:
    """Return what came of each trial, with the rights of the service, all rolled back.

    Appends wait while it lasts.
    """
    with engine.connect() as connection, connection.begin() as transaction:
        _prepare(connection)
        is_owner = bool(connection.exec_driver_sql(_OWNS_EVENTS).scalar_one())
        found = [
            attempt
            for trial in _trials()
            for attempt in _attempts(connection, trial, is_owner=is_owner)
        ]
        transaction.rollback()
    return found


def _prepare(connection: sa.Connection) -> None:
    """Rights may forbid it; then they stop the trials as well, and no row is needed."""
    try:
        with connection.begin_nested():
            connection.execute(sa.select(LOGS).with_for_update())
            fill(connection)
    except _REFUSALS as error:
        if _layer_of(error) is not Layer.RIGHTS:
            raise


def _trials() -> Iterator[Trial]:
    yield from trials(Layer.RIGHTS)
    both, rights, trigger = (Layer.RIGHTS, Layer.TRIGGER), (Layer.RIGHTS,), (Layer.TRIGGER,)
    for table in (*GUARDED, "payloads"):
        yield Trial(f"TRUNCATE {table}", f"TRUNCATE {table}", both)
    yield Trial("INSERT of a batch leaving a gap", _GAP_IN_BATCHES, both)
    yield Trial("INSERT of a later version", INSERT_LATER_VERSION, both)
    yield Trial("DELETE of payloads", "DELETE FROM payloads", trigger)
    yield Trial("INSERT past the function", DIRECT_INSERT, rights)
    yield Trial("disable the triggers", "ALTER TABLE events DISABLE TRIGGER USER", rights)
    yield Trial("DROP TABLE events", "DROP TABLE events CASCADE", rights)


def _attempts(connection: sa.Connection, trial: Trial, *, is_owner: bool) -> Iterator[Attempt]:
    refusal = refusal_of(connection, trial.statement, *_REFUSALS)
    stopped_by = _layer_of(refusal)
    for layer in trial.layers:
        verdict = _verdict(layer, stopped_by, is_owner=is_owner)
        is_told = verdict is LayerVerdict.HELD or stopped_by is None
        words = str(refusal.__cause__).partition("\n")[0] if refusal else None
        answer = words if is_told else None
        yield Attempt(what=trial.what, layer=layer, verdict=verdict, answer=answer)


def _verdict(layer: Layer, stopped_by: Layer | None, *, is_owner: bool) -> LayerVerdict:
    if stopped_by is layer:
        return LayerVerdict.HELD
    if layer is Layer.RIGHTS:
        return LayerVerdict.NOT_SET_UP if is_owner else LayerVerdict.MISSING
    return LayerVerdict.NOT_REACHED if stopped_by is Layer.RIGHTS else LayerVerdict.MISSING


def _layer_of(refusal: Exception | None) -> Layer | None:
    cause = refusal.__cause__ if refusal else None
    return _LAYERS.get(str(getattr(cause, "sqlstate", "")))
