"""What is kept of keys beside their streams."""

from collections.abc import Mapping

import sqlalchemy as sa

from domain.identity.key import PREFIX
from domain.tenancy import of_all_tenants
from domain.times import milliseconds_between
from infrastructure.database.engine import connect_once
from infrastructure.database.upsert import upsert
from infrastructure.event_store.rows import driver_rows
from infrastructure.event_store.tables import STREAMS
from infrastructure.identity.tables import IS_KEY, KEY_USES

_MINUTE_MS = 60_000

# Made once, for each request asks: to build a statement takes longer than to answer it.
_FIRST = sa.select(STREAMS.c.stream_id).where(IS_KEY).limit(1)
_TENANT = (
    sa.select(STREAMS.c.tenant_id)
    .where(IS_KEY, STREAMS.c.stream_id == sa.bindparam("the_stream"))
    .limit(1)
)


class SqlKeyRows:
    """See `domain.identity.port.KeyRows`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._noted: dict[tuple[str, str], str] = {}

    @of_all_tenants
    def tenant_of(self, key_id: str) -> str | None:
        """See `KeyRows`."""
        of = {"the_stream": f"{PREFIX}{key_id}"}
        with connect_once(self._engine) as connection:
            return connection.execute(_TENANT, of).scalar_one_or_none()

    @of_all_tenants
    def has_any(self) -> bool:
        """See `KeyRows`."""
        with connect_once(self._engine) as connection:
            return bool(driver_rows(connection, _FIRST, {}))

    def note_use(self, tenant_id: str, key_id: str, at: str) -> None:
        """See `KeyRows`."""
        last = self._noted.get((tenant_id, key_id))
        if last is not None and milliseconds_between(last, at) < _MINUTE_MS:
            return
        self._noted[tenant_id, key_id] = at
        row = {"tenant_id": tenant_id, "key_id": key_id, "used_at": at}
        with self._engine.begin() as connection:
            connection.execute(upsert(KEY_USES, self._engine.dialect), row)

    def last_uses(self, tenant_id: str) -> Mapping[str, str]:
        """See `KeyRows`."""
        of_tenant = sa.select(KEY_USES.c.key_id, KEY_USES.c.used_at).where(
            KEY_USES.c.tenant_id == tenant_id
        )
        with connect_once(self._engine) as connection:
            return {row.key_id: row.used_at for row in connection.execute(of_tenant)}
