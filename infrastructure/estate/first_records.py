"""The one record of a tenant that a planner must know: when its last reboot was."""

from datetime import datetime

import sqlalchemy as sa

from domain.json import JsonMap


class SqlFirstRecords:
    """The `FirstRecords` of one tenant."""

    def __init__(self, engine: sa.Engine, tenant_id: str) -> None:
        self._engine, self._tenant_id = engine, tenant_id

    def first(self, ask: JsonMap, now: datetime) -> JsonMap | None:
        """See `FirstRecords`."""
        from domain.query.model import Ask  # noqa: PLC0415 - few questions need it
        from infrastructure.estate.selection.selecting import select  # noqa: PLC0415 - as above

        with self._engine.connect() as connection:
            (found,) = select(connection, self._tenant_id, Ask.model_validate(ask), now=now)
        return dict(zip(found.columns, found.rows[0], strict=True)) if found.rows else None
