"""Who knows the beginning of a stream reads on from there, as checked as the whole."""

import pytest

from domain.errors import ChangedRecord
from domain.ports import EventStore, Record, StreamHead
from infrastructure.event_store.memory import MemoryEventStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.stream_rows import StreamReader
from tests.contracts.event_samples import STREAM, TENANT, request


@pytest.fixture
def record(store: EventStore) -> Record:
    if isinstance(store, MemoryEventStore):
        return store
    if isinstance(store, SqliteEventStore):
        return StreamReader(store._writer._engine)
    assert isinstance(store, PostgresEventStore)
    return StreamReader(store._engine)


def test_only_what_came_after_is_read(store: EventStore, record: Record) -> None:
    known = store.append(request(count=2)).head
    more = request(after=known, count=3)
    store.append(more)
    found = [each.envelope for each in record.read_on(TENANT, STREAM, known)]
    assert found == list(more.events)


def test_where_nothing_is_new_nothing_is_read(store: EventStore, record: Record) -> None:
    known = store.append(request(count=2)).head
    assert record.read_on(TENANT, STREAM, known) == []


def test_another_tenant_has_nothing_to_read_on(store: EventStore, record: Record) -> None:
    store.append(request(count=2))
    assert record.read_on("globex", STREAM, StreamHead()) == []


def test_what_does_not_go_on_from_there_is_told(store: EventStore, record: Record) -> None:
    known = store.append(request(count=2)).head
    store.append(request(after=known))
    another = StreamHead(2, b"x" * 32)
    with pytest.raises(ChangedRecord):
        record.read_on(TENANT, STREAM, another)


def test_a_stream_that_has_become_shorter_is_told(store: EventStore, record: Record) -> None:
    store.append(request(count=2))
    with pytest.raises(ChangedRecord):
        record.read_on(TENANT, STREAM, StreamHead(5, b"x" * 32))
