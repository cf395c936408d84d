"""The few records of a tenant that a planner must know: when its last reboot was."""

from datetime import datetime

import sqlalchemy as sa

from domain.json import JsonMap


class SqlFewRecords:
    """The `FewRecords` of one tenant."""

    def __init__(self, engine: sa.Engine, tenant_id: str) -> None:
        self._engine, self._tenant_id = engine, tenant_id

    def found(self, ask: JsonMap, now: datetime) -> list[JsonMap]:
        """See `FewRecords`."""
        from domain.query.model import Ask  # noqa: PLC0415 - few questions need it
        from infrastructure.estate.selection.selecting import select  # noqa: PLC0415 - as above

        with self._engine.connect() as connection:
            (found,) = select(connection, self._tenant_id, Ask.model_validate(ask), now=now)
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]
