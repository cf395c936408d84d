"""Streams that are no runs: every store keeps them, and no run list has them."""

import pytest
from msgspec import structs

from domain.ports import Append, EventStore, RunViews, StreamHead, StreamIds
from domain.run_filter.filter import EVERY_RUN, equal
from infrastructure.event_store.memory import MemoryEventStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.event_store.stream_rows import SqlStreamIds
from tests.contracts.event_samples import TENANT, about, request, summary


@pytest.fixture
def bulk(store: EventStore) -> StreamIds:
    if isinstance(store, MemoryEventStore):
        return store
    if isinstance(store, SqliteEventStore):
        return SqlStreamIds(store._writer._engine)
    assert isinstance(store, PostgresEventStore)
    return SqlStreamIds(store._engine)


def bulk_replay(
    stream: str = "replay-1", *, tenant: str = TENANT, after: StreamHead | None = None
) -> Append:
    """Return a request to append to a stream that is no run."""
    return structs.replace(request(stream, tenant=tenant, after=after), summary=None)


def test_their_events_are_read_as_they_were_appended(store: EventStore) -> None:
    begun = bulk_replay()
    head = store.append(begun).head
    more = bulk_replay(after=head)
    store.append(more)
    found = [each.envelope for each in store.read(TENANT, "replay-1")]
    assert found == [*begun.events, *more.events]


def test_they_are_in_the_log(store: EventStore) -> None:
    store.append(request())
    store.append(bulk_replay())
    assert [each.envelope.stream_id for each in store.read_log()] == ["run-1", "replay-1"]


def test_they_are_not_in_the_run_list(store: EventStore, views: RunViews) -> None:
    store.append(request())
    store.append(bulk_replay())
    found = views.summaries(TENANT, EVERY_RUN, limit=10).summaries
    assert [each.run_id for each in found] == ["run-1"]
    assert views.summary(TENANT, "replay-1") is None


def test_their_ids_are_known_newest_first(store: EventStore, bulk: StreamIds) -> None:
    for stream in ("replay-1", "run-1", "replay-3", "replay-2"):
        store.append(bulk_replay(stream) if stream.startswith("replay-") else request(stream))
    assert list(bulk.stream_ids(TENANT, "replay-")) == ["replay-3", "replay-2", "replay-1"]


def test_those_of_another_tenant_are_not_there(store: EventStore, bulk: StreamIds) -> None:
    store.append(bulk_replay(tenant="umbrella"))
    assert list(bulk.stream_ids(TENANT, "replay-")) == []


def test_runs_that_match_are_counted(store: EventStore, views: RunViews) -> None:
    for number in range(3):
        state = "failed" if number else "requested"
        store.append(about(summary(f"run-{number}", state=state)))
    store.append(about(summary("run-9", tenant="umbrella")))
    assert views.count(TENANT, EVERY_RUN) == 3
    assert views.count(TENANT, equal("state", "failed")) == 2
