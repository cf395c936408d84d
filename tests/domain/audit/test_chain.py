import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from domain.aggregate.envelope import GENESIS, Actor, Envelope
from domain.audit.chain import StreamSeal, content_hash, next_head, next_log_hash, seal
from tests.domain.run.envelopes import envelope

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=5)
BEFORE = envelope()
CHANGES = {
    "tenant_id": "acme2",
    "stream_id": "run-2",
    "version": 2,
    "event_id": "e2",
    "type": "run-failed",
    "schema_version": 2,
    "recorded_at": "2026-03-01T12:00:00.000001Z",
    "actor": Actor("service", "ada"),
    "correlation_id": "run-2",
    "causation_id": "e1",
    "traceparent": "00-trace-span-00",
    "data": '{"why":"Enough"}',
}


def test_every_field_of_an_envelope_is_changed_below() -> None:
    fields = {*Envelope.__struct_fields__}
    assert set(CHANGES) == fields - {"content_hash"}


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_field_changes_the_hash(field: str) -> None:
    assert envelope(**{field: CHANGES[field]}).content_hash != BEFORE.content_hash


def test_another_person_is_another_actor() -> None:
    assert envelope(actor=Actor("person", "bob")).content_hash != BEFORE.content_hash


@pytest.mark.parametrize("field", ["causation_id", "traceparent"])
def test_an_absent_field_is_not_an_empty_one(field: str) -> None:
    assert envelope(**{field: None}).content_hash != envelope(**{field: ""}).content_hash


@given(TEXT, TEXT)
def test_different_data_have_different_hashes(one: str, other: str) -> None:
    same = envelope(data=one).content_hash == envelope(data=other).content_hash
    assert same is (one == other)


@given(st.data())
def test_any_changed_byte_of_the_data_changes_the_hash(data: st.DataObject) -> None:
    text = BEFORE.data
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda c: c != text[at]))
    changed = envelope(data=text[:at] + other + text[at + 1 :])
    assert changed.content_hash != BEFORE.content_hash


NEIGHBOURS = [
    ("tenant_id", "stream_id"),
    ("recorded_at", "event_id"),
    ("correlation_id", "causation_id"),
    ("causation_id", "traceparent"),
    ("traceparent", "data"),
]


@pytest.mark.parametrize(("left", "right"), NEIGHBOURS)
def test_a_character_cannot_move_between_fields(left: str, right: str) -> None:
    one = envelope(**{left: "ab", right: "c"})
    other = envelope(**{left: "a", right: "bc"})
    assert one.content_hash != other.content_hash


def test_a_character_cannot_move_between_the_parts_of_an_actor() -> None:
    one, other = envelope(actor=Actor("ab", "c")), envelope(actor=Actor("a", "bc"))
    assert one.content_hash != other.content_hash


def test_the_content_hash_does_not_hash_itself() -> None:
    assert content_hash(structs.replace(BEFORE, content_hash=b"x")) == BEFORE.content_hash


def test_sealing_again_changes_nothing() -> None:
    assert seal(BEFORE) == BEFORE


def test_the_hash_is_the_written_one() -> None:
    """The layout of docs/reference/hash-chain.md, written out once more."""
    fields = ["acme", "run-1", "1", "e1", "run-cancelled", "1", BEFORE.recorded_at]
    fields += ["person", "ada", "run-1", "e0", BEFORE.traceparent or "", BEFORE.data]
    text = b"\x00opstrail.event.v1"
    for field in fields:
        text += len(field.encode()).to_bytes(8, "big") + field.encode()
    assert BEFORE.content_hash == hashlib.sha256(text).digest()


@given(HASHES, HASHES)
def test_the_head_folds_the_hashes_in_order(first: list[bytes], then: list[bytes]) -> None:
    assert next_head(next_head(GENESIS, first), then) == next_head(GENESIS, first + then)


def test_the_head_of_one_event_is_the_written_one() -> None:
    one = bytes(range(32))
    assert next_head(GENESIS, [one]) == hashlib.sha256(b"\x02" + bytes(32) + one).digest()


def test_a_stream_without_events_has_the_genesis_hash() -> None:
    assert next_head(GENESIS, []) == GENESIS == bytes(32)


def test_the_order_of_events_shows_in_the_head() -> None:
    one, two = bytes(32), bytes(range(32))
    assert next_head(GENESIS, [one, two]) != next_head(GENESIS, [two, one])


def test_a_log_is_hashed_batch_by_batch() -> None:
    one, two = bytes(32), bytes(range(32))
    in_one = next_log_hash(GENESIS, [one, two])
    in_two = next_log_hash(next_log_hash(GENESIS, [one]), [two])
    assert (in_one, in_one != in_two) == (
        hashlib.sha256(b"\x03" + GENESIS + one + two).digest(),
        True,
    )


@given(st.lists(TEXT, min_size=6, max_size=6), st.integers(1, 10**9), st.none() | TEXT)
def test_a_new_event_is_sealed_with_the_hash_of_its_content(
    texts: list[str], version: int, trace: str | None
) -> None:
    tenant, stream, event_id, kind, actor, data = texts
    sealed = StreamSeal(tenant, stream).sealed(
        version,
        event_id,
        (kind, 2, data),
        recorded_at="2026-03-01T12:00:00.000001Z",
        actor=Actor("person", actor),
        causation_id=trace,
        traceparent=trace,
    )
    assert (sealed.content_hash, sealed.correlation_id) == (content_hash(sealed), stream)
