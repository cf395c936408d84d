"""Every event store appends all or nothing, in order, to the history that the writer saw."""

from collections.abc import Callable

import pytest
from msgspec import structs

from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.audit.chain import next_head, seal
from domain.audit.stream_check import verify_stream
from domain.errors import CorruptLog, ForkedHistory, OpstrailError, WrongExpectedVersion
from domain.ports import Append, Appended, EventStore, RunViews, StreamHead
from tests.contracts.event_samples import STREAM, TENANT, event, request, summary


def changed(first: Append, **changes: object) -> Append:
    """Return the request with another first event, that is sealed again."""
    altered = seal(structs.replace(first.events[0], **changes))
    return structs.replace(first, events=(altered, *first.events[1:]))


def test_a_stream_that_does_not_exist_is_empty_and_at_version_zero(store: EventStore) -> None:
    assert store.read(TENANT, STREAM) == []
    assert store.head(TENANT, STREAM) == StreamHead()


def test_events_are_read_back_as_they_were_sealed(store: EventStore) -> None:
    appended = request(count=3)
    store.append(appended)
    assert store.read(TENANT, STREAM) == [
        RecordedEvent("main", position, envelope)
        for position, envelope in enumerate(appended.events, start=1)
    ]


def test_an_append_says_where_its_events_went(store: EventStore) -> None:
    store.append(request("run-before", count=2))
    first = request(count=3)
    head = StreamHead(3, next_head(bytes(32), [each.content_hash for each in first.events]))
    assert store.append(first) == Appended(STREAM, 3, 5, head)


def test_an_append_continues_the_head_of_the_one_before(store: EventStore) -> None:
    head = store.append(request(count=2)).head
    assert store.append(request(after=head)).head == store.head(TENANT, STREAM)
    assert [each.envelope.version for each in store.read(TENANT, STREAM)] == [1, 2, 3]


def test_the_events_of_a_stream_add_up_to_its_head(store: EventStore) -> None:
    head = store.append(request(count=2)).head
    store.append(request(after=head, count=2))
    events = store.read(TENANT, STREAM)
    assert verify_stream(events) == store.head(TENANT, STREAM).head_hash


def test_interleaved_streams_share_one_gapless_log(store: EventStore) -> None:
    one, two = store.append(request("run-a")).head, store.append(request("run-b", count=2)).head
    store.append(request("run-a", after=one, count=2))
    store.append(request("run-b", after=two))
    log = store.read_log()
    assert [each.position for each in log] == [1, 2, 3, 4, 5, 6]
    assert [each.envelope.stream_id[-1] for each in log] == list("abbaab")


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (0, StreamHead(1, b"x" * 32)),
        (1, StreamHead()),
        (2, StreamHead(1, b"x" * 32)),
        (1, StreamHead(2, b"x" * 32)),
    ],
    ids=["no such stream", "exists already", "behind", "ahead"],
)
def test_a_writer_that_saw_another_version_is_refused(
    stored: int, expected: StreamHead, store: EventStore
) -> None:
    if stored:
        store.append(request(count=stored))
    with pytest.raises(WrongExpectedVersion) as refused:
        store.append(request(after=expected))
    assert (refused.value.expected, refused.value.actual) == (expected.version, stored)
    assert len(store.read(TENANT, STREAM)) == stored


def test_a_writer_that_saw_another_history_is_refused(store: EventStore) -> None:
    store.append(request())
    with pytest.raises(ForkedHistory) as refused:
        store.append(request(after=StreamHead(1, b"x" * 32)))
    assert refused.value.version == 1
    assert len(store.read(TENANT, STREAM)) == 1


UNSOUND: dict[str, Callable[[Append], Append]] = {
    "no events": lambda sound: structs.replace(sound, events=()),
    "a gap": lambda sound: structs.replace(sound, events=sound.events[::2]),
    "a wrong order": lambda sound: structs.replace(sound, events=sound.events[::-1]),
    "another tenant": lambda sound: changed(sound, tenant_id="umbrella"),
    "another stream": lambda sound: changed(sound, stream_id="run-2"),
    "a wrong first version": lambda sound: changed(sound, version=2),
    "an id twice": lambda sound: changed(sound, event_id=sound.events[1].event_id),
    "content that was changed": lambda sound: structs.replace(
        sound,
        events=(structs.replace(sound.events[0], data="{}"), *sound.events[1:]),
    ),
    "a summary of another tenant": lambda sound: structs.replace(
        sound, summary=summary(tenant="umbrella")
    ),
}


@pytest.mark.parametrize("flaw", UNSOUND)
def test_a_request_that_contradicts_itself_is_refused(flaw: str, store: EventStore) -> None:
    with pytest.raises(CorruptLog):
        store.append(UNSOUND[flaw](request(count=3)))
    assert store.read_log() == []


def test_an_event_id_is_used_once_in_all_streams(store: EventStore) -> None:
    first = request("run-a")
    store.append(first)
    with pytest.raises(CorruptLog):
        store.append(changed(request("run-b"), event_id=first.events[0].event_id))
    assert len(store.read_log()) == 1


@pytest.mark.parametrize(
    "refused",
    [
        request(),
        request(after=StreamHead(1, b"x" * 32)),
        UNSOUND["an id twice"](request("b", count=2)),
    ],
    ids=["wrong version", "forked", "an id twice"],
)
def test_a_refused_append_leaves_no_gap_in_the_log(refused: Append, store: EventStore) -> None:
    store.append(request())
    with pytest.raises(OpstrailError):
        store.append(refused)
    assert store.append(request("run-next")).first_position == 2


def test_a_refused_append_leaves_the_summary_alone(store: EventStore, views: RunViews) -> None:
    store.append(request())
    with pytest.raises(WrongExpectedVersion):
        store.append(structs.replace(request(), summary=summary(state="completed")))
    assert views.summary(TENANT, STREAM) == summary()


def test_a_tenant_does_not_see_the_streams_of_another(store: EventStore) -> None:
    store.append(request())
    assert store.read("umbrella", STREAM) == []
    assert store.head("umbrella", STREAM) == StreamHead()


def test_two_tenants_may_have_streams_of_the_same_name(store: EventStore) -> None:
    store.append(request(count=2))
    theirs = request(tenant="umbrella")
    store.append(theirs)
    assert [each.envelope for each in store.read("umbrella", STREAM)] == list(theirs.events)
    assert len(store.read(TENANT, STREAM)) == 2


def test_the_log_holds_the_events_of_all_tenants(store: EventStore) -> None:
    store.append(request())
    store.append(request(tenant="umbrella"))
    assert [each.envelope.tenant_id for each in store.read_log()] == [TENANT, "umbrella"]


@pytest.mark.parametrize(
    ("after", "limit", "positions"),
    [(0, 2, [1, 2]), (2, 2, [3, 4]), (4, 10, [5]), (5, 10, []), (9, 10, [])],
)
def test_the_log_is_read_in_pages(
    after: int, limit: int, positions: list[int], store: EventStore
) -> None:
    store.append(request(count=5))
    page = store.read_log(after=after, limit=limit)
    assert [each.position for each in page] == positions


@pytest.mark.parametrize("text", ['"\\u0000"', "\U0001f600 '\"; --", "x" * 1_000_000])
def test_any_text_is_kept_exactly(text: str, store: EventStore) -> None:
    odd: Envelope = seal(structs.replace(event(), data=text))
    store.append(structs.replace(request(), events=(odd,)))
    assert store.read(TENANT, STREAM)[0].envelope == odd
