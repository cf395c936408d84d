"""What Alembic runs: on the connection that it is handed, or on OPSTRAIL_DATABASE_URL."""

import os

import sqlalchemy as sa
from alembic import context
from alembic.util import CommandError

import infrastructure.breakers.tables
import infrastructure.deliveries
import infrastructure.estate.tables
import infrastructure.event_store.tables
import infrastructure.identity.tables  # noqa: F401 - all put their tables into METADATA
from infrastructure.database.engine import begin_immediate, create_engine
from infrastructure.database.metadata import whole_metadata
from infrastructure.projections.tables import is_ours


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    url = os.environ.get("OPSTRAIL_DATABASE_URL")
    if not url:
        message = (
            "set OPSTRAIL_DATABASE_URL, for example to sqlite:////var/lib/opstrail/opstrail.db"
        )
        raise CommandError(message)
    with begin_immediate(create_engine(url)) as own, own.begin():
        _migrate(own)


def _migrate(connection: sa.Connection) -> None:
    metadata = whole_metadata()
    context.configure(connection=connection, target_metadata=metadata, include_name=is_ours)
    with context.begin_transaction():
        context.run_migrations()


_run()
