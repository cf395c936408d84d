"""Which payloads the events of the log name.

The names are in the events only, so that nothing else can be lost or go stale. They are found by
reading the log; appends do nothing for it.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Final, NamedTuple

import msgspec
import sqlalchemy as sa

from domain.aggregate.envelope import Envelope
from domain.assets.events import AssetDrafted
from domain.estate_changes.change import EstateRecordsChanged
from domain.run.asset_events import AssetApplied
from domain.run.call_events import PayloadRef, ToolCallLogged, ToolCallSucceeded
from domain.run.note_events import ResultErased
from infrastructure.event_store.rows import as_bytes
from infrastructure.event_store.tables import EVENTS

CHUNK: Final = 100
"""Payloads are looked up so many at a time, and each may be large."""

_MARK = '"payload":{'
"""Begins the name of a payload in the JSON text of an event; a result may have such text too."""


_NAMING: Final = (
    *(ToolCallSucceeded.stored_as, ToolCallLogged.stored_as, EstateRecordsChanged.stored_as),
    *(AssetApplied.stored_as, AssetDrafted.stored_as),
)
_AS_BYTES: Final = (EVENTS.c.type, EVENTS.c.tenant_id, EVENTS.c.stream_id, EVENTS.c.data)

_ERASING_TYPE: Final = ResultErased.stored_as.encode()
MARKS: Final = {**{name.encode(): _MARK.encode() for name in _NAMING}, _ERASING_TYPE: b""}
"""What the data have of an event that may name a payload, or record its erasure, by type."""


class _Naming(msgspec.Struct):
    """What of an event names a payload."""

    payload: PayloadRef | None = None


_DECODER: Final = msgspec.json.Decoder(_Naming)


class Erasing(msgspec.Struct):
    """What of an event tells which result was erased."""

    call_id: str
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


_ERASING: Final = msgspec.json.Decoder(Erasing)


class NamingEvent(NamedTuple):
    """An event that may name a payload, or record its erasure; text as the bytes stored."""

    position: int
    type: bytes
    tenant: bytes
    stream: bytes
    data: bytes

    @property
    def tenant_id(self) -> str:
        """The tenant, as far as it is text."""
        return self.tenant.decode(errors="replace")

    @property
    def stream_id(self) -> str:
        """The run, as far as it is text."""
        return self.stream.decode(errors="replace")

    @property
    def where(self) -> str:
        """Its place, as messages name it."""
        return f"position {self.position} ({self.stream_id})"

    def erasing(self) -> Erasing | None:
        """Return which result was erased, None when the event says nothing of that."""
        if self.type != _ERASING_TYPE:
            return None
        try:
            return _ERASING.decode(self.data)
        except (ValueError, RecursionError):
            return None

    def reference(self) -> PayloadRef | None:
        """Return the name, or None. Raises ValueError when the data cannot be read."""
        return _payload_in(self.data)


def naming_of(position: int, fields: Sequence[bytes]) -> NamingEvent:
    """Return the event with these fields, which are in the order in which they are hashed."""
    return NamingEvent(position, fields[4], fields[0], fields[1], fields[12])


def reference_of(envelope: Envelope) -> PayloadRef | None:
    """Return the payload that an event names; None also when the event cannot be read."""
    if envelope.type not in _NAMING or _MARK not in envelope.data:
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
        yield [NamingEvent(row.position, *map(bytes, row[1:])) for row in rows]
        after = rows[-1].position


def streams_naming(connection: sa.Connection, tenant_id: str, digest: str) -> list[str]:
    """Return the streams of a tenant with events that seem to name a payload, each once."""
    query = sa.select(EVENTS.c.stream_id).where(
        EVENTS.c.tenant_id == tenant_id, _names(digest), EVENTS.c.type.in_(_NAMING)
    )
    return list(connection.execute(query.distinct().order_by(EVENTS.c.stream_id)).scalars())


def is_named(connection: sa.Connection, tenant_id: str, digest: str) -> bool:
    """Return whether an event names a payload, and no later one of its run erased it."""
    columns = (EVENTS.c.stream_id, EVENTS.c.position)
    query = sa.select(*columns).where(
        EVENTS.c.tenant_id == tenant_id, _names(digest), EVENTS.c.type.in_(_NAMING)
    )
    return any(
        not is_erased(connection, tenant_id, stream_id, digest, after=position)
        for stream_id, position in connection.execute(query).all()
    )


def is_erased(
    connection: sa.Connection, tenant_id: str, stream_id: str, digest: str, *, after: int
) -> bool:
    """Return whether an event of the run, after a position, records the erasure of a payload."""
    query = sa.select(EVENTS.c.position).where(
        EVENTS.c.tenant_id == tenant_id,
        EVENTS.c.stream_id == stream_id,
        EVENTS.c.position > after,
        EVENTS.c.type == ResultErased.stored_as,
        _names(digest),
    )
    return connection.execute(query.limit(1)).first() is not None


def _names(digest: str) -> sa.ColumnElement[bool]:
    # As events are written: without spaces.
    return EVENTS.c.data.contains(f'"digest":"{digest}"', autoescape=True)


def _query(connection: sa.Connection) -> sa.Select[Any]:
    # As bytes: text that is no longer UTF-8 is for the verification to tell.
    return (
        sa.select(
            EVENTS.c.position,
            *(as_bytes(connection, column).label(column.name) for column in _AS_BYTES),
        )
        .where(
            EVENTS.c.position > sa.bindparam("after"),
            sa.or_(
                sa.and_(
                    EVENTS.c.type.in_(_NAMING), EVENTS.c.data.contains(_MARK, autoescape=True)
                ),
                EVENTS.c.type == ResultErased.stored_as,
            ),
        )
        .order_by(EVENTS.c.position)
        .limit(CHUNK)
    )
