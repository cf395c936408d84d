"""The examination of a database: trials of its guards, then schema, settings, log, views, disk."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from domain.views.database import Condition, Examination, LayerVerdict
from infrastructure.database.errors import path_of
from infrastructure.database.migrate import HEAD, revision_of
from infrastructure.database_check.check import schema_problems
from infrastructure.doctor.postgres_attempts import attempt_on_postgres
from infrastructure.doctor.sqlite_attempts import attempt_on_sqlite
from infrastructure.event_store.tables import EVENTS, PAYLOADS
from infrastructure.log.marks import end_of_log
from infrastructure.log.verification import verify_log
from infrastructure.projections.content_check import projection_problems
from infrastructure.projections.tables import PROJECTIONS

COMPARED_EVENTS: Final = 10_000
"""Of a log of no more events the rows of projections are compared."""

SAMPLED_EVENTS: Final = 1000
"""So many of the newest events, and the payloads that they name, have their hashes recomputed;
`opstrail log verify` takes all."""

_LEAST_FREE_BYTES: Final = 100 * 2**20
_SQLITE: Final = {
    "journal_mode": ("wal",),
    "synchronous": ("2", "3"),  # FULL, EXTRA
    "recursive_triggers": ("1",),
    "foreign_keys": ("1",),
}
_POSTGRES: Final = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_apply"),
    "session_replication_role": ("origin",),
}


def examine(engine: sa.Engine) -> Examination:
    """Return the state of the database and of what guards it; changes nothing.

    What is tried is tried on a connection of the service, and rolled back.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    attempts = attempt_on_sqlite(engine) if is_sqlite else attempt_on_postgres(engine)
    looked_at = tuple(conditions(engine))
    is_guarded = all(each.verdict is not LayerVerdict.MISSING for each in attempts)
    return Examination(
        attempts=tuple(attempts),
        conditions=looked_at,
        is_sound=is_guarded and all(each.problem is None for each in looked_at),
    )


def conditions(engine: sa.Engine) -> Iterator[Condition]:
    """Yield the condition of each thing that the doctor examines."""
    with engine.connect() as connection:
        revision = revision_of(connection)
        wrong = None if revision == HEAD else f"this opstrail works with {HEAD}"
        yield Condition(name="schema", found=str(revision), problem=wrong)
        yield _objects(connection)
        yield from _settings(connection)
        yield _positions(connection)
        yield from _lag(connection)
        yield _payloads(connection)
    yield _newest_events(engine)
    yield _projection_rows(engine)
    if engine.dialect.name == "sqlite":
        yield disk_room(Path(path_of(engine)))


def _objects(connection: sa.Connection) -> Condition:
    found = "; ".join(schema_problems(connection))
    return Condition(name="tables, views, triggers", found="compared", problem=found or None)


def _settings(connection: sa.Connection) -> Iterator[Condition]:
    is_sqlite = connection.dialect.name == "sqlite"
    read, wanted = ("PRAGMA", _SQLITE) if is_sqlite else ("SHOW", _POSTGRES)
    for name, allowed in wanted.items():
        found = str(connection.exec_driver_sql(f"{read} {name}").scalar_one())
        wrong = None if found in allowed else f"it must be {' or '.join(allowed)}"
        yield Condition(name=name, found=found, problem=wrong)


def _positions(connection: sa.Connection) -> Condition:
    columns = (sa.func.count(), sa.func.min(EVENTS.c.position), sa.func.max(EVENTS.c.position))
    count, first, last = connection.execute(sa.select(*columns)).one()
    head = end_of_log(connection).position
    is_gapless = (first or 1, last or 0) == (1, head) and count == head
    wrong = f"positions {first} to {last}, and the log is at {head}"
    return Condition(
        name="positions", found=f"{count} events", problem=None if is_gapless else wrong
    )


def _lag(connection: sa.Connection) -> Iterator[Condition]:
    head = end_of_log(connection).position
    query = (
        sa.select(PROJECTIONS.c.name, PROJECTIONS.c.position)
        .where(PROJECTIONS.c.status == "live")
        .order_by(PROJECTIONS.c.name)
    )
    for name, position in connection.execute(query):
        wrong = None if position <= head else f"it is at {position}, and the log is at {head}"
        yield Condition(
            name=f"projection {name}", found=f"{max(0, head - position)} behind", problem=wrong
        )


def _payloads(connection: sa.Connection) -> Condition:
    """Those that the newest events name are verified with their hashes."""
    length = sa.func.coalesce(sa.func.sum(sa.func.length(PAYLOADS.c.content)), 0)
    count, byte_count = connection.execute(sa.select(sa.func.count(), length)).one()
    return Condition(name="payloads", found=f"{count}, {byte_count} bytes")


def _newest_events(engine: sa.Engine) -> Condition:
    with engine.connect() as connection:
        head = end_of_log(connection).position
    report = verify_log(engine, max(0, head - SAMPLED_EVENTS), on_progress=lambda _: None)
    return Condition(
        name="newest hashes",
        found=f"positions {report.after.position + 1} to {report.verified_to.position}",
        problem="; ".join(report.problems) or None,
    )


def _projection_rows(engine: sa.Engine) -> Condition:
    """Of a long log the rows are left to `log verify`: building them again takes its time."""
    with engine.connect() as connection:
        head = end_of_log(connection).position
    if head > COMPARED_EVENTS:
        found, problems = "not compared; `opstrail log verify` does", list[str]()
    else:
        found, problems = "compared with the events", list(projection_problems(engine))
    return Condition(name="projection rows", found=found, problem="; ".join(problems) or None)


def disk_room(path: Path) -> Condition:
    """Return how much room there is where the file of a database is."""
    free = shutil.disk_usage(path.parent).free
    wrong = None if free >= _LEAST_FREE_BYTES else "less than 100 MiB: the next runs may not fit"
    return Condition(name="free disk", found=f"{free // 2**20} MiB", problem=wrong)
