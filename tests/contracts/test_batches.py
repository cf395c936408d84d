"""Every event store takes several appends in one transaction, and each stands for itself."""

import asyncio
from typing import cast

import pytest
from msgspec import structs

from domain.audit.chain import head_after, seal
from domain.errors import CorruptLog, ForkedHistory, KeyReused, WrongExpectedVersion
from domain.ports import Append, Appended, EventStore, IdempotencyKey, RunViews, StreamHead
from infrastructure.event_store.batch import BatchStore
from tests.contracts.event_samples import STREAM, TENANT, event, request, summary

KEY = IdempotencyKey("order-7", b"what was asked")


@pytest.fixture
def batches(store: EventStore) -> BatchStore:
    return cast("BatchStore", store)


def test_each_request_of_a_batch_is_told_where_its_events_went(batches: BatchStore) -> None:
    requests = [request("run-a", count=2), request("run-b"), request("run-c", count=3)]
    assert batches.append_batch(requests) == [
        Appended("run-a", 1, 2, head_after(requests[0])),
        Appended("run-b", 3, 3, head_after(requests[1])),
        Appended("run-c", 4, 6, head_after(requests[2])),
    ]


def test_the_events_of_a_batch_are_in_the_log_in_its_order(batches: BatchStore) -> None:
    requests = [request("run-a", count=2), request("run-b"), request("run-c", count=3)]
    batches.append_batch(requests)
    sent = [envelope for each in requests for envelope in each.events]
    assert [recorded.envelope for recorded in batches.read_log()] == sent


def test_a_batch_continues_streams_and_begins_others(batches: BatchStore) -> None:
    batches.append_batch([request("run-a")])
    head = batches.head(TENANT, "run-a")
    batches.append_batch([request("run-a", after=head, count=2), request("run-b")])
    assert batches.head(TENANT, "run-a").version == 3
    assert batches.head(TENANT, "run-b").version == 1


def test_the_summaries_of_a_batch_are_kept(batches: BatchStore, views: RunViews) -> None:
    batches.append_batch([request("run-a"), request("run-b", count=2)])
    assert views.summary(TENANT, "run-a") == summary("run-a")
    assert views.summary(TENANT, "run-b") == summary("run-b", version=2)


def test_an_empty_batch_appends_nothing(batches: BatchStore) -> None:
    assert batches.append_batch([]) == []
    assert batches.read_log() == []


def reusing(used: Append) -> Append:
    """Return a request for another stream, with an event id that was used before."""
    taken = structs.replace(event(stream="run-x"), event_id=used.events[0].event_id)
    return structs.replace(request("run-x"), events=(seal(taken),))


REFUSED = {
    "a wrong version": (request(), WrongExpectedVersion),
    "another history": (request(after=StreamHead(1, b"x" * 32)), ForkedHistory),
    "a key with other content": (
        request("run-x", key=IdempotencyKey(KEY.key, b"other")),
        KeyReused,
    ),
    "nothing to append": (request("run-x", count=0), CorruptLog),
    "content that was changed": (
        structs.replace(
            request("run-x"),
            events=(structs.replace(event(stream="run-x"), data="{}"),),
        ),
        CorruptLog,
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_request_that_cannot_go_in_fails_alone(
    reason: str, batches: BatchStore, views: RunViews
) -> None:
    batches.append_batch([request(key=KEY)])
    refused, error = REFUSED[reason]
    before, outcome, after = batches.append_batch([request("run-a"), refused, request("run-b")])
    assert isinstance(outcome, error)
    assert isinstance(before, Appended)
    assert isinstance(after, Appended)
    assert (before.first_position, after.first_position) == (2, 3)
    assert views.summary(TENANT, "run-x") is None


def test_an_event_id_that_was_used_before_fails_alone(batches: BatchStore) -> None:
    used = request()
    batches.append_batch([used])
    outcomes = batches.append_batch([request("run-a"), reusing(used), request("run-b")])
    assert [type(each) for each in outcomes] == [Appended, CorruptLog, Appended]
    streams = [recorded.envelope.stream_id for recorded in batches.read_log()]
    assert streams == [STREAM, "run-a", "run-b"]


def test_of_two_requests_with_a_key_in_a_batch_one_writes(batches: BatchStore) -> None:
    first, second = batches.append_batch([request("run-a", key=KEY), request("run-b", key=KEY)])
    assert isinstance(first, Appended)
    assert second == structs.replace(first, is_repeat=True)
    assert len(batches.read_log()) == 1


def test_a_batch_of_refused_requests_leaves_the_log_alone(batches: BatchStore) -> None:
    batches.append_batch([request()])
    before = batches.read_log()
    first, second = batches.append_batch([request(), request("run-x", after=StreamHead(3))])
    assert isinstance(first, WrongExpectedVersion)
    assert isinstance(second, WrongExpectedVersion)
    assert batches.read_log() == before


def test_a_task_appends_as_a_thread_does(store: EventStore) -> None:
    sent = request(count=2)
    assert asyncio.run(store.append_async(sent)) == Appended(STREAM, 1, 2, head_after(sent))
    assert [recorded.envelope for recorded in store.read(TENANT, STREAM)] == list(sent.events)


def test_a_task_is_refused_as_a_thread_is(store: EventStore) -> None:
    store.append(request())
    with pytest.raises(WrongExpectedVersion):
        asyncio.run(store.append_async(request()))
