"""Which payloads the events of the log name.

The names are in the events only, so that nothing else can be lost or go stale. They are found by
reading the log; appends do nothing for it.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from domain.aggregate.envelope import Envelope
from domain.run.call_events import PayloadRef, ToolCallSucceeded
from infrastructure.event_store.rows import as_bytes
from infrastructure.event_store.tables import EVENTS

CHUNK: Final = 100
"""Payloads are looked up so many at a time, and each may be large."""

_MARK = '"payload":{'
"""Begins the name of a payload in the JSON text of an event; a result may have such text too."""


NAMING_TYPE: Final = ToolCallSucceeded.stored_as.encode()
"""The type of the events that may name payloads."""

NAMING_MARK: Final = _MARK.encode()
"""What the data of an event has that may name a payload."""


class _Naming(msgspec.Struct):
    """What of an event names a payload."""

    payload: PayloadRef | None = None


_DECODER: Final = msgspec.json.Decoder(_Naming)


class NamingEvent(NamedTuple):
    """An event that may name a payload; text as the bytes that are stored."""

    position: int
    tenant: bytes
    data: bytes

    @property
    def tenant_id(self) -> str:
        """The tenant, as far as it is text."""
        return self.tenant.decode(errors="replace")

    def reference(self) -> PayloadRef | None:
        """Return the name, or None. Raises ValueError when the data cannot be read."""
        return _payload_in(self.data)


def reference_of(envelope: Envelope) -> PayloadRef | None:
    """Return the payload that an event names; None also when the event cannot be read."""
    if envelope.type != ToolCallSucceeded.stored_as or _MARK not in envelope.data:
        return None
    try:
        return _payload_in(envelope.data)
    except ValueError:
        return None


def _payload_in(data: bytes | str) -> PayloadRef | None:
    try:
        return _DECODER.decode(data).payload
    except RecursionError as error:
        raise ValueError(str(error)) from error


def naming_events(connection: sa.Connection) -> Iterator[list[NamingEvent]]:
    """Yield the events that may name payloads, in order, a chunk at a time."""
    query, after = _query(connection), 0
    while rows := connection.execute(query, {"after": after}).all():
        yield [NamingEvent(row.position, bytes(row.tenant), bytes(row.data)) for row in rows]
        after = rows[-1].position


def _query(connection: sa.Connection) -> sa.Select[Any]:
    # As bytes: text that is no longer UTF-8 is for the verification to tell.
    return (
        sa.select(
            EVENTS.c.position,
            as_bytes(connection, EVENTS.c.tenant_id).label("tenant"),
            as_bytes(connection, EVENTS.c.data).label("data"),
        )
        .where(
            EVENTS.c.position > sa.bindparam("after"),
            EVENTS.c.type == ToolCallSucceeded.stored_as,
            EVENTS.c.data.contains(_MARK, autoescape=True),
        )
        .order_by(EVENTS.c.position)
        .limit(CHUNK)
    )
