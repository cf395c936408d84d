"""Deleting the payloads that no event names.

They are what is left when a service stops between putting a payload and appending its event.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.views.database import Swept
from infrastructure.database.engine import begin_immediate
from infrastructure.event_store.tables import MAIN_LOG, PAYLOAD_KEY, PAYLOADS
from infrastructure.named_payloads.deletion import may_delete
from infrastructure.named_payloads.references import naming_events

SAFE_AGE: Final = timedelta(hours=1)
"""An append follows its put at once, and is tried again while its run goes on: what was put longer
ago than this, and is named by no event, waits for no append any more."""

_DELETED_AT_ONCE: Final = 500
_Key = tuple[str, bytes]


def sweep(engine: sa.Engine, *, is_dry_run: bool) -> Swept:
    """Delete the payloads that no event names and that were put longer ago than `SAFE_AGE`.

    Raises `CorruptLog`, and deletes nothing, when an event that may name one cannot be read.
    """
    with engine.connect() as connection:
        # One snapshot. What is put again meanwhile is no longer older: see `_delete`.
        before = _now(connection) - SAFE_AGE
        unnamed = _put_before(connection, before)
        _leave_named(connection, unnamed)
    if not is_dry_run:
        keys, starts = [*unnamed], range(0, len(unnamed), _DELETED_AT_ONCE)
        portions = (keys[start : start + _DELETED_AT_ONCE] for start in starts)
        found = [_delete(engine, some, before=before) for some in portions]
        return Swept(sum(map(len, found)), sum(map(sum, found)), is_dry_run)
    return Swept(len(unnamed), sum(unnamed.values()), is_dry_run)


def _now(connection: sa.Connection) -> datetime:
    now: datetime = connection.execute(sa.select(sa.func.now())).scalar_one()
    return now


def _put_before(connection: sa.Connection, before: datetime) -> dict[_Key, int]:
    """Return the bytes of the payloads that were not put since."""
    columns = (PAYLOADS.c.tenant_id, PAYLOADS.c.digest, sa.func.length(PAYLOADS.c.content))
    rows = connection.execute(sa.select(*columns).where(PAYLOADS.c.stored_at < before))
    return {(tenant_id, bytes(digest)): length for tenant_id, digest, length in rows}


def _leave_named(connection: sa.Connection, unnamed: dict[_Key, int]) -> None:
    chunks = naming_events(connection) if unnamed else ()
    for event in (event for events in chunks for event in events):
        try:
            named = event.reference()
        except ValueError as error:
            where = f"log {MAIN_LOG} position {event.position}"
            why = f"which payload the event names cannot be read ({error}); nothing was swept"
            raise CorruptLog(where, why=why) from error
        if named is not None:
            unnamed.pop((event.tenant_id, bytes.fromhex(named.digest)), None)


def _delete(engine: sa.Engine, keys: Sequence[_Key], *, before: datetime) -> list[int]:
    """Return the bytes of each that was deleted; what was put again since is left."""
    statement = (
        sa.delete(PAYLOADS)
        .where(PAYLOAD_KEY.in_(keys), PAYLOADS.c.stored_at < before)
        .returning(sa.func.length(PAYLOADS.c.content))
    )
    with begin_immediate(engine) as connection, connection.begin(), may_delete(connection):
        return [*connection.execute(statement).scalars()]
