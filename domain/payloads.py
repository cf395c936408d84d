"""Payloads: large data that are kept beside the log, and named by events.

The written specification is docs/reference/hash-chain.md.

digest = SHA-256( 0x04 "opstrail.payload.v1" stored-bytes )     stored bytes: one Zstandard frame

An event's hash covers the digest only. So when a payload is erased, every hash stays valid.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import zstandard

from domain.errors import CorruptLog
from domain.values.limits import PACKED_RATIO, PAYLOAD_BYTES

_TAG: Final = b"\x04opstrail.payload.v1"
_ALWAYS: Final = 1 << 20
"""So much a payload may hold, however well it packs."""

_LEVEL: Final = 3
"""Pinned: equal data give equal bytes, and so are stored once."""


@dataclass(frozen=True, slots=True)
class Payload:
    """Large data as they are stored; `size` is that of the JSON text that was packed, in bytes."""

    digest: bytes
    size: int
    content: bytes


class KeptPayloads(Protocol):
    """The payloads of a database, each tenant's apart, to be read."""

    def get(self, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the stored bytes by digest; one that is not there was erased or deleted."""


class Payloads(Protocol):
    """Keeps payloads in the database of the events, each tenant's apart.

    Synchronous; may be called from any thread and by several processes.
    """

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        """Store those that are not there yet.

        What was put is durable once an event is that is appended after it, and is not swept soon
        after, also when it was there before. Raises what the database raises.
        """

    def get(self, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """See `KeptPayloads`."""


def packed(text: bytes) -> Payload:
    """Return JSON text as it is stored."""
    content = zstandard.ZstdCompressor(level=_LEVEL).compress(text)
    return Payload(payload_digest(content), len(text), content)


def unpacked(payload: Payload, *, tenant_id: str) -> bytes:
    """Return the JSON text. Raises `CorruptLog` when the bytes do not fit digest or size."""
    problem = payload_problem(payload)
    if problem:
        raise CorruptLog(payload_name(tenant_id, payload.digest), why=problem)
    try:
        return zstandard.ZstdDecompressor().decompress(payload.content)
    except zstandard.ZstdError as error:  # it holds more, or less, than it says
        name = payload_name(tenant_id, payload.digest)
        raise CorruptLog(name, why=f"its bytes cannot be unpacked ({error})") from error


def payload_digest(content: bytes) -> bytes:
    """Return the address of stored bytes."""
    return hashlib.sha256(_TAG + content).digest()


def payload_problem(payload: Payload) -> str | None:
    """Return what is wrong with a payload, or None."""
    if payload_digest(payload.content) != payload.digest:
        return "its bytes do not fit its digest"
    # Looked at before it is unpacked: a few bytes can claim to be gigabytes.
    try:
        size = zstandard.frame_content_size(payload.content)
    except zstandard.ZstdError as error:
        return f"its bytes are no Zstandard frame ({error})"
    if size != payload.size:
        return f"it has {size} bytes and not {payload.size}"
    if size > PAYLOAD_BYTES:
        return f"it has {size:,} bytes unpacked, and at most {PAYLOAD_BYTES:,} are read"
    return None


def foreign_payload_problem(payload: Payload) -> str | None:
    """Return what is wrong with a payload that comes in a file, or None.

    A file may not hold much more than its own size.
    """
    most = PACKED_RATIO * len(payload.content) + _ALWAYS
    if problem := payload_problem(payload):
        return problem
    if payload.size > most:
        return (
            f"its {len(payload.content):,} bytes hold {payload.size:,}, more than"
            f" {PACKED_RATIO} times as many"
        )
    return None


def payload_name(tenant_id: str, digest: bytes) -> str:
    """Return how messages name a payload."""
    return f"payload {digest.hex()} of tenant {tenant_id}"
