"""Removing the payloads whose erasure is on the record.

A run that is under way puts a payload and then appends the event that names it. In between it is
named by no event, and so what was put just now is not removed; nor what was put again since its
events were looked for.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from domain.errors import PutJustNow
from infrastructure.database.engine import begin_immediate
from infrastructure.event_store.tables import PAYLOADS
from infrastructure.named_payloads.deletion import may_delete
from infrastructure.named_payloads.references import streams_naming

SETTLED_SECONDS: Final = 10
"""An append follows its put at once; see `infrastructure.named_payloads.sweep.SAFE_AGE`."""


class SqlNamedPayloads:
    """See `domain.services.database.NamedPayloads`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def runs_naming(self, tenant_id: str, digest: str) -> list[str]:
        """See `NamedPayloads`."""
        with self._engine.connect() as connection:
            return streams_naming(connection, tenant_id, digest)

    def put_at(self, tenant_id: str, digests: Collection[str]) -> dict[str, datetime]:
        """See `NamedPayloads`."""
        columns = (PAYLOADS.c.digest, PAYLOADS.c.stored_at, sa.func.now())
        found: dict[str, datetime] = {}
        with self._engine.connect() as connection:
            for digest, put_at, now in connection.execute(_of(tenant_id, digests, *columns)):
                found[bytes(digest).hex()] = put_at
                if now - put_at < timedelta(seconds=SETTLED_SECONDS):
                    raise PutJustNow(bytes(digest).hex(), seconds=SETTLED_SECONDS)
        return found

    def remove(self, tenant_id: str, put_at: Mapping[str, datetime]) -> None:
        """See `NamedPayloads`."""
        with (
            begin_immediate(self._engine) as connection,
            connection.begin(),
            may_delete(connection),
        ):
            for statement in _deletions(tenant_id, put_at):
                connection.execute(statement)
            for digest in connection.execute(_of(tenant_id, put_at, PAYLOADS.c.digest)).scalars():
                raise PutJustNow(bytes(digest).hex(), seconds=SETTLED_SECONDS)


def _of(
    tenant_id: str, digests: Collection[str], *columns: sa.ColumnElement[Any]
) -> sa.Select[Any]:
    wanted = PAYLOADS.c.digest.in_(map(bytes.fromhex, digests))
    return sa.select(*columns).where(PAYLOADS.c.tenant_id == tenant_id, wanted)


def _deletions(tenant_id: str, put_at: Mapping[str, datetime]) -> Iterator[sa.Delete]:
    for digest, at in put_at.items():
        yield sa.delete(PAYLOADS).where(
            PAYLOADS.c.tenant_id == tenant_id,
            PAYLOADS.c.digest == bytes.fromhex(digest),
            PAYLOADS.c.stored_at <= at,
        )
