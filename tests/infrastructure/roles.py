"""The roles of a PostgreSQL database, made for a test, and who can log in as one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from infrastructure.database.engine import create_engine
from infrastructure.database_roles import make_roles
from tests.postgres_server import PostgresServer

NAMES = ("owner", "writer", "reader", "projector")


@dataclass(frozen=True)
class Roles:
    """Roles of a database that begin with `prefix`; of each one there is a member."""

    server: PostgresServer
    engine: sa.Engine
    prefix: str

    def url(self, role: str) -> str:
        """Return the URL of the database for the member of a role."""
        return self.server.url(str(self.engine.url.database), user=f"{self.prefix}{role}_member")

    @contextmanager
    def member(self, role: str) -> Iterator[sa.Engine]:
        """Give the database as the member of a role sees it."""
        engine = create_engine(self.url(role))
        try:
            yield engine
        finally:
            engine.dispose()

    def make(self) -> None:
        make_roles(self.engine, self.prefix)


@contextmanager
def roles_on(server: PostgresServer, engine: sa.Engine) -> Iterator[Roles]:
    """Give the roles of a database, which are dropped with all that is theirs."""
    roles = Roles(server, engine, f"{engine.url.database}_")
    roles.make()
    for name in NAMES:
        role = f"{roles.prefix}{name}"
        server.execute("CREATE ROLE {} LOGIN IN ROLE {}", f"{role}_member", role)
    yield roles
    with engine.begin() as connection:
        for name in NAMES:
            role = f"{roles.prefix}{name}"
            connection.exec_driver_sql(f"DROP OWNED BY {role}, {role}_member CASCADE")
            connection.exec_driver_sql(f"DROP ROLE {role}_member, {role}")
