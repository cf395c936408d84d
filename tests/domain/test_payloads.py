"""Payloads: what is packed comes back, and what was changed is found."""

import hashlib
import struct

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from domain import payloads
from domain.errors import CorruptLog
from domain.payloads import Payload, packed, payload_digest, unpacked

TEXT = b'{"rows":[' + b'{"ci_id":"c1"},' * 500 + b"null]}"


@given(st.binary(max_size=5000))
def test_what_is_packed_comes_back(text: bytes) -> None:
    assert unpacked(packed(text), tenant_id="acme") == text


def test_equal_data_have_equal_bytes() -> None:
    assert packed(TEXT) == packed(bytes(TEXT))


def test_a_payload_takes_less_room_than_its_text() -> None:
    payload = packed(TEXT)
    assert (len(payload.content) < len(TEXT) // 10, payload.size) == (True, len(TEXT))


def test_the_digest_is_that_of_the_specification() -> None:
    payload = packed(TEXT)
    expected = hashlib.sha256(b"\x04opstrail.payload.v1" + payload.content).digest()
    assert payload.digest == expected


def test_any_flipped_bit_is_found() -> None:
    payload = packed(TEXT)
    for place in range(len(payload.content)):
        flipped = bytearray(payload.content)
        flipped[place] ^= 1
        with pytest.raises(CorruptLog, match="its bytes do not fit its digest"):
            unpacked(Payload(payload.digest, payload.size, bytes(flipped)), tenant_id="acme")


def test_a_corrupt_payload_is_named_with_its_tenant() -> None:
    payload = Payload(b"\xab" * 32, 2, b"{}")
    with pytest.raises(CorruptLog, match=f"payload {'ab' * 32} of tenant acme is corrupt"):
        unpacked(payload, tenant_id="acme")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"no frame", "its bytes are no Zstandard frame"),
        (zstandard.compress(b"[" + b"0," * 10**6 + b"0]"), "it has 2000003 bytes and not 7"),
    ],
)
def test_bytes_that_were_sealed_and_are_not_what_was_named_are_found(
    content: bytes, why: str
) -> None:
    with pytest.raises(CorruptLog, match=why):
        unpacked(Payload(payload_digest(content), 7, content), tenant_id="acme")


@pytest.mark.parametrize("change", [1, -1])
def test_bytes_that_hold_more_or_less_than_their_frame_says_are_found(change: int) -> None:
    content = bytearray(packed(TEXT).content)
    (size,) = struct.unpack_from("<H", content, 5)
    struct.pack_into("<H", content, 5, size + change)
    lying = bytes(content)
    payload = Payload(payload_digest(lying), len(TEXT) + change, lying)
    with pytest.raises(CorruptLog, match="its bytes cannot be unpacked"):
        unpacked(payload, tenant_id="acme")


def test_a_payload_that_is_too_large_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "PAYLOAD_BYTES", len(TEXT) - 1)
    with pytest.raises(CorruptLog, match=f"{len(TEXT):,} bytes unpacked, and at most"):
        unpacked(packed(TEXT), tenant_id="acme")
