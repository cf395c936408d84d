"""The payloads of the runs in a bundle: which ones the events name, and whether they fit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.audit.bundle import BundleRefused, payload_member
from domain.payloads import Payload, payload_problem
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallSucceeded


@dataclass(frozen=True, slots=True)
class NamedPayload:
    """A payload as an event names it."""

    envelope: Envelope
    digest: bytes
    size: int


def named_payloads(history: Iterable[RecordedEvent]) -> Iterator[NamedPayload]:
    """Yield what the events of a run name.

    Raises `CorruptLog` for a result of a shape that this version does not know.
    """
    for recorded in history:
        if recorded.envelope.type == ToolCallSucceeded.stored_as:
            event = RUN.read(recorded).event
            if isinstance(event, ToolCallSucceeded) and event.payload is not None:
                digest = bytes.fromhex(event.payload.digest)
                yield NamedPayload(recorded.envelope, digest, event.payload.size)


def read_payloads(
    histories: Iterable[Iterable[RecordedEvent]], members: Mapping[str, bytes]
) -> tuple[Payload, ...]:
    """Return the payloads in the members that the events name; one that is missing was erased.

    Raises `BundleRefused` when one does not fit the event that names it.
    """
    found = dict[bytes, Payload]()
    for history in histories:
        for named in named_payloads(history):
            name = payload_member(named.digest)
            if name in members:
                found[named.digest] = _fitting(named, name, members[name])
    return tuple(found.values())


def _fitting(named: NamedPayload, name: str, content: bytes) -> Payload:
    payload = Payload(named.digest, named.size, content)
    problem = payload_problem(payload)
    if problem:
        envelope = named.envelope
        raise BundleRefused(name, run_id=envelope.stream_id, version=envelope.version, why=problem)
    return payload
