import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from domain.aggregate.envelope import GENESIS, Envelope, RecordedEvent
from domain.audit.chain import next_head, seal
from domain.audit.stream_check import verify_stream
from domain.errors import CorruptLog
from tests.domain.run.envelopes import stream

SOUND = stream(4)
HEAD = next_head(GENESIS, [event.envelope.content_hash for event in SOUND])
DAMAGED = "run-1 version 2 is corrupt: "


def with_data(event: RecordedEvent, data: str) -> RecordedEvent:
    return structs.replace(event, envelope=structs.replace(event.envelope, data=data))


def resealed(event: RecordedEvent) -> RecordedEvent:
    return structs.replace(event, envelope=seal(event.envelope))


def test_a_sound_stream_gives_its_head() -> None:
    assert verify_stream(SOUND, head=HEAD) == HEAD


def test_a_stream_can_be_verified_without_a_head() -> None:
    assert verify_stream(SOUND) == HEAD


def test_a_stream_without_events_is_sound() -> None:
    assert verify_stream([], head=GENESIS) == GENESIS


def test_an_edited_event_is_found() -> None:
    edited = [SOUND[0], with_data(SOUND[1], "{}"), *SOUND[2:]]
    with pytest.raises(CorruptLog, match=f"{DAMAGED}the content does not fit its hash"):
        verify_stream(edited)


def test_an_edited_event_with_a_new_hash_is_found_by_the_head() -> None:
    edited = [SOUND[0], resealed(with_data(SOUND[1], "{}")), *SOUND[2:]]
    with pytest.raises(CorruptLog, match="run-1 is corrupt: the events do not add up"):
        verify_stream(edited, head=HEAD)


def test_a_deleted_event_is_found() -> None:
    with pytest.raises(CorruptLog, match=f"{DAMAGED}the next event has version 3"):
        verify_stream([SOUND[0], *SOUND[2:]])


def test_events_out_of_order_are_found() -> None:
    with pytest.raises(CorruptLog, match=f"{DAMAGED}the next event has version 3"):
        verify_stream([SOUND[0], SOUND[2], SOUND[1], SOUND[3]])


def test_an_inserted_event_is_found() -> None:
    with pytest.raises(CorruptLog, match="run-1 version 3 is corrupt: the next event has ver"):
        verify_stream([*SOUND[:2], SOUND[1], *SOUND[2:]])


def test_a_stream_that_begins_late_is_found() -> None:
    with pytest.raises(CorruptLog, match="run-1 version 1 is corrupt: the next event has vers"):
        verify_stream(SOUND[1:])


@pytest.mark.parametrize("length", range(4))
def test_a_cut_off_end_is_found_by_the_head(length: int) -> None:
    with pytest.raises(CorruptLog, match="do not add up to the stream's head hash"):
        verify_stream(SOUND[:length], head=HEAD)


def test_an_added_end_is_found_by_the_head() -> None:
    with pytest.raises(CorruptLog, match="do not add up to the stream's head hash"):
        verify_stream(stream(5), head=HEAD)


@given(st.permutations(SOUND))
def test_only_the_true_order_is_sound(events: list[RecordedEvent]) -> None:
    if events == SOUND:
        assert verify_stream(events, head=HEAD) == HEAD
        return
    with pytest.raises(CorruptLog):
        verify_stream(events, head=HEAD)


@given(
    tenant=st.text(max_size=3),
    kind=st.text(min_size=1, max_size=300),
    event_id=st.text(max_size=300),
    cause=st.none() | st.text(max_size=3),
    data=st.text(max_size=3),
)
def test_whatever_text_was_sealed_is_sound(
    tenant: str, kind: str, event_id: str, cause: str | None, data: str
) -> None:
    written = {
        "tenant_id": tenant,
        "type": kind,
        "event_id": event_id,
        "causation_id": cause,
        "data": data,
    }
    events = [
        resealed(structs.replace(each, envelope=structs.replace(each.envelope, **written)))
        for each in SOUND
    ]
    hashes = [each.envelope.content_hash for each in events]
    assert verify_stream(events) == next_head(GENESIS, hashes)


@pytest.mark.parametrize("name", [name for name in Envelope.__struct_fields__ if name != "actor"])
@pytest.mark.parametrize("value", ["x", b"x", 9, 1.5, None], ids=repr)
def test_another_value_in_any_field_is_found(name: str, value: object) -> None:
    changed = structs.replace(SOUND[1].envelope, **{name: value})
    if changed == SOUND[1].envelope:
        return
    with pytest.raises(CorruptLog):
        verify_stream([SOUND[0], structs.replace(SOUND[1], envelope=changed)])
