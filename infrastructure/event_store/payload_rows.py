"""Reading the payloads that events name with SQL."""

from collections.abc import Collection

import sqlalchemy as sa

from infrastructure.event_store.tables import PAYLOADS

_DIGESTS_AT_ONCE = 1000

# As bytes, whatever somebody made of them: SQLite keeps any value in any column.
_SELECT = sa.select(PAYLOADS.c.digest, sa.cast(PAYLOADS.c.content, sa.LargeBinary)).where(
    PAYLOADS.c.tenant_id == sa.bindparam("the_tenant"),
    PAYLOADS.c.digest.in_(sa.bindparam("digests", expanding=True)),
)


class PayloadReader:
    """See `domain.payloads.KeptPayloads`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get(self, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """See `KeptPayloads`."""
        wanted, found = list(digests), dict[bytes, bytes]()
        with self._engine.connect() as connection:
            for start in range(0, len(wanted), _DIGESTS_AT_ONCE):
                some = wanted[start : start + _DIGESTS_AT_ONCE]
                rows = connection.execute(_SELECT, {"the_tenant": tenant_id, "digests": some})
                found.update((bytes(digest), bytes(content)) for digest, content in rows)
        return found
