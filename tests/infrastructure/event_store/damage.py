"""Damage, as somebody does it who may write the file."""

import sqlite3
from contextlib import closing

import sqlalchemy as sa

from infrastructure.log.verification import find_problems


def run(engine: sa.Engine, *statements: str) -> None:
    """Run statements in a program of somebody else, with a connection of its own."""
    path = str(engine.url.database)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def drop_triggers(engine: sa.Engine) -> None:
    """Take away what keeps the tables append-only."""
    with engine.connect() as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        triggers = list(connection.exec_driver_sql(names).scalars())
    run(engine, *(f"DROP TRIGGER {name}" for name in triggers))


def tamper(engine: sa.Engine, statement: str) -> None:
    """Run a statement that the triggers would refuse; it must change something."""
    drop_triggers(engine)
    with closing(sqlite3.connect(str(engine.url.database))) as connection, connection:
        assert connection.execute(statement).rowcount


def problems(engine: sa.Engine) -> list[str]:
    """Return what the verification finds."""
    with engine.connect() as connection:
        return list(find_problems(connection))
