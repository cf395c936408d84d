"""The events of a run in a bundle, read with every hash checked."""

import io
from collections.abc import Iterator

from pydantic import ValidationError

from domain.aggregate.envelope import GENESIS, Envelope, RecordedEvent
from domain.audit.bundle import BundledRun, BundleRefused, events_member
from domain.audit.chain import content_hash, next_head
from domain.audit.event_lines import EventLine, event_json, json_line


def read_run(run: BundledRun, tenant_id: str, content: bytes) -> list[RecordedEvent]:
    """Return the events in the lines of a member.

    Raises `BundleRefused`, which names the version, at the first line that is not as exported.
    """
    events, head = list[RecordedEvent](), GENESIS
    for version, line in enumerate(io.BytesIO(content), start=1):
        event = _parsed(run, version, line)
        for fault in _faults(event.envelope, run, tenant_id=tenant_id, version=version):
            raise _refused(run, version, fault)
        head = next_head(head, [event.envelope.content_hash])
        if line != f"{json_line(event_json(event, head))}\n".encode():
            raise _refused(run, version, "the line is not as it was exported")
        events.append(event)
    if len(events) != run.version:
        version = min(len(events), run.version) + 1
        raise _refused(run, version, f"there are {len(events)} events, not {run.version}")
    if head.hex() != run.head_hash:
        raise _refused(run, run.version, "the head hash is not that of the manifest")
    return events


def _parsed(run: BundledRun, version: int, line: bytes) -> RecordedEvent:
    try:
        return EventLine.model_validate_json(line).recorded()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the line"
        raise _refused(run, version, f"{place}: {first['msg']}") from error


def _faults(envelope: Envelope, run: BundledRun, *, tenant_id: str, version: int) -> Iterator[str]:
    if envelope.version != version:
        yield f"the next event has version {envelope.version}"
    if (envelope.tenant_id, envelope.stream_id) != (tenant_id, run.run_id):
        yield f"the event is of {envelope.stream_id} of tenant {envelope.tenant_id}"
    if content_hash(envelope) != envelope.content_hash:
        yield "the content does not fit its hash"


def _refused(run: BundledRun, version: int, why: str) -> BundleRefused:
    return BundleRefused(events_member(run.run_id), run_id=run.run_id, version=version, why=why)
