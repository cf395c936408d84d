"""Reading from the log which items and relations imports and removals have changed."""

from functools import cache
from itertools import groupby

import msgspec
import sqlalchemy as sa

from domain.estate.differences import RecordChange
from domain.estate.recorded import RecordedChange, RecordedChanges, RecordedQuery
from domain.estate_changes.change import ESTATE_CHANGE, EstateChangeEvent, EstateRecordsChanged
from domain.payloads import Payload, unpacked
from domain.times import recorded_text
from infrastructure.event_store.payload_rows import PayloadReader
from infrastructure.event_store.tables import EVENTS, IS_BESIDE_RUNS, STREAMS

_MOST_EVENTS = 200
_KINDS = ("cis", "relations")


def recorded_changes(engine: sa.Engine, tenant_id: str, query: RecordedQuery) -> RecordedChanges:
    """See `Estate.recorded_changes`."""
    found, chunks, is_cut = list[RecordedChange](), query.most_chunks, False
    for change_id, group in groupby(_events(engine, tenant_id, query), lambda row: row.stream_id):
        rows = [(row.recorded_at, _event(row)) for row in group]
        if any(getattr(event, "revision_before", None) == "" for _, event in rows):
            continue  # the estate was empty before
        for at, event in rows:
            if not isinstance(event, EstateRecordsChanged):
                continue
            if chunks == 0:
                is_cut = True
                continue
            chunks -= 1
            records = _records(engine, tenant_id, event)
            found += [
                RecordedChange(change_id, at, record) for record in records if query.takes(record)
            ]
    return RecordedChanges(found, is_cut=is_cut)


def _events(
    engine: sa.Engine, tenant_id: str, query: RecordedQuery
) -> list[sa.Row[tuple[str, ...]]]:
    """Return the events, newest first; the index of streams that are no runs leads to them."""
    streams = sa.select(STREAMS.c.stream_id).where(
        STREAMS.c.tenant_id == tenant_id,
        IS_BESIDE_RUNS,
        STREAMS.c.stream_id.startswith(ESTATE_CHANGE.prefix),
    )
    columns = EVENTS.c["stream_id", "recorded_at", "type", "schema_version", "data"]
    statement = (
        sa.select(*columns)
        .where(
            EVENTS.c.tenant_id == tenant_id,
            EVENTS.c.stream_id.in_(streams),
            EVENTS.c.recorded_at >= recorded_text(query.window.start),
            EVENTS.c.recorded_at < recorded_text(query.window.end),
        )
        .order_by(EVENTS.c.position.desc())
        .limit(_MOST_EVENTS)
    )
    with engine.connect() as connection:
        return list(connection.execute(statement).all())


def _event(row: sa.Row[tuple[str, ...]]) -> EstateChangeEvent:
    return ESTATE_CHANGE.decode(row.type, schema_version=row.schema_version, data=row.data)


def _records(engine: sa.Engine, tenant_id: str, event: EstateRecordsChanged) -> list[RecordChange]:
    """Return what differs, of items and relations; nothing where the payload was erased."""
    digest = bytes.fromhex(event.payload.digest)
    content = PayloadReader(engine).get(tenant_id, [digest]).get(digest)
    if content is None:
        return []
    payload = Payload(digest, event.payload.size, content)
    records = _decoder().decode(unpacked(payload, tenant_id=tenant_id))
    return [record for record in records if record.kind in _KINDS]


@cache
def _decoder() -> msgspec.json.Decoder[list[RecordChange]]:
    return msgspec.json.Decoder(list[RecordChange])
