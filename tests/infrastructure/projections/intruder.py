"""Somebody who may do everything with the database, and changes what is never changed."""

import sqlite3
from contextlib import closing

import sqlalchemy as sa

_LOG = ("events", "log_batches", "logs", "streams")
_GUARDS = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_guard_%'"


def tamper(engine: sa.Engine, *statements: str) -> None:
    """Run statements that the database would refuse to anybody else."""
    if engine.dialect.name == "postgresql":
        with engine.begin() as server:
            for name in _LOG:
                server.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER ALL")
            for statement in statements:
                server.exec_driver_sql(statement)
        return
    with closing(sqlite3.connect(str(engine.url.database))) as file, file:
        for (name,) in file.execute(_GUARDS).fetchall():
            file.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            file.execute(statement)


def replace_log_hashes(engine: sa.Engine) -> None:
    """Give every batch another log hash, as if the log had another history."""
    tamper(engine, "UPDATE log_batches SET log_hash = (SELECT head_hash FROM streams LIMIT 1)")


def back_up_log(engine: sa.Engine) -> None:
    """Keep a copy of the log."""
    tamper(engine, *(f"CREATE TABLE backup_{name} AS SELECT * FROM {name}" for name in _LOG))  # noqa: S608 - tables of ours


def restore_log(engine: sa.Engine) -> None:
    """Put the log back as it was, and leave the views as they are."""
    for name in _LOG:
        tamper(
            engine,
            f"DELETE FROM {name}",  # noqa: S608 - a table of ours
            f"INSERT INTO {name} SELECT * FROM backup_{name}",  # noqa: S608 - the same
        )
