"""Who is logged in, in the database."""

from dataclasses import asdict

import sqlalchemy as sa

from domain.identity.port import LogIn
from infrastructure.identity.tables import SESSIONS


class SqlLogIns:
    """See `domain.identity.port.LogIns`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, log_in: LogIn) -> None:
        """See `LogIns`."""
        with self._engine.begin() as connection:
            expired = SESSIONS.c.expires_at <= log_in.begun_at
            connection.execute(sa.delete(SESSIONS).where(expired))
            connection.execute(sa.insert(SESSIONS), asdict(log_in))

    def find(self, digest: str) -> LogIn | None:
        """See `LogIns`."""
        found = sa.select(SESSIONS).where(SESSIONS.c.digest == digest)
        with self._engine.connect() as connection:
            row = connection.execute(found).one_or_none()
        return None if row is None else LogIn(**row._asdict())

    def remove(self, digest: str) -> None:
        """See `LogIns`."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.digest == digest))
