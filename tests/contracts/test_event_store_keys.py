"""Every event store answers a request that comes again as it did before."""

import pytest

from domain.errors import KeyReused
from domain.ports import EventStore, IdempotencyKey, RunViews
from tests.contracts.event_samples import STREAM, TENANT, request, summary

KEY = IdempotencyKey("order-7", b"what was asked")


def test_a_repeated_request_is_answered_as_before(store: EventStore) -> None:
    first = store.append(request(key=KEY, count=2))
    again = store.append(request("run-other", key=KEY))
    assert (again.stream_id, again.first_position, again.last_position, again.head) == (
        STREAM,
        1,
        2,
        first.head,
    )


def test_only_the_repetition_says_that_it_is_one(store: EventStore) -> None:
    assert not store.append(request(key=KEY)).is_repeat
    assert store.append(request("run-other", key=KEY)).is_repeat


def test_a_repeated_request_writes_nothing(store: EventStore, views: RunViews) -> None:
    store.append(request(key=KEY))
    store.append(request("run-other", key=KEY))
    assert len(store.read_log()) == 1
    assert views.summary(TENANT, "run-other") is None


def test_the_answer_stays_the_same_when_the_stream_has_moved_on(store: EventStore) -> None:
    first = store.append(request(key=KEY))
    store.append(request(after=first.head))
    assert store.append(request(key=KEY)).head == first.head


def test_a_key_with_other_content_is_refused(store: EventStore, views: RunViews) -> None:
    store.append(request(key=KEY))
    with pytest.raises(KeyReused) as refused:
        store.append(request("run-other", key=IdempotencyKey(KEY.key, b"something else")))
    assert (refused.value.key, refused.value.stream_id) == (KEY.key, STREAM)
    assert views.summary(TENANT, STREAM) == summary()
    assert len(store.read_log()) == 1


def test_tenants_do_not_share_keys(store: EventStore) -> None:
    store.append(request(key=KEY))
    theirs = store.append(request(tenant="umbrella", key=IdempotencyKey(KEY.key, b"other")))
    assert not theirs.is_repeat


def test_a_key_of_a_refused_append_can_be_used_again(store: EventStore) -> None:
    store.append(request())
    with pytest.raises(Exception, match="at version 1, not 0"):
        store.append(request(key=KEY))
    assert not store.append(request("run-other", key=KEY)).is_repeat
