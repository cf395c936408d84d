"""Damage, as somebody does it who may write the file."""

import sqlalchemy as sa

from infrastructure.event_store.verification import find_problems


def drop_triggers(engine: sa.Engine) -> None:
    """Take away what keeps the tables append-only."""
    with engine.begin() as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.exec_driver_sql(triggers).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


def tamper(engine: sa.Engine, statement: str) -> None:
    """Run a statement that the triggers would refuse."""
    drop_triggers(engine)
    with engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount


def problems(engine: sa.Engine) -> list[str]:
    """Return what the verification finds."""
    with engine.connect() as connection:
        return list(find_problems(connection))
