"""Events with their envelopes, for people and for verifiers."""

import json
from collections.abc import Iterable, Iterator, Sequence

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.options import EventFormat
from adapters.cli.screen import Screen, printable
from domain.audit.chain import next_head
from domain.response.blocks import JsonMap
from domain.run.envelope import GENESIS, Envelope, RecordedEvent


def show_events(screen: Screen, recorded: Sequence[RecordedEvent], output: EventFormat) -> None:
    """Print the events of a stream from its first on."""
    match output:
        case EventFormat.JSONL:
            for event in exported(recorded):
                screen.show_json(event, is_line=True)
        case EventFormat.JSON:
            screen.show_json(list[JsonValue](exported(recorded)))
        case EventFormat.TEXT:
            for each in recorded:
                screen.show(*_text_of(each.envelope))


def exported(recorded: Iterable[RecordedEvent]) -> Iterator[JsonMap]:
    """Yield each event with its whole envelope, hashes in hex.

    `data` is the exact text that was hashed. `head_hash` is the stream's head after the event.
    """
    head = GENESIS
    for each in recorded:
        head = next_head(head, [each.envelope.content_hash])
        yield {"log": each.log, "position": each.position, **_exported(each.envelope, head)}


def _exported(envelope: Envelope, head: bytes) -> JsonMap:
    return {
        "tenant_id": envelope.tenant_id,
        "stream_id": envelope.stream_id,
        "version": envelope.version,
        "event_id": envelope.event_id,
        "type": envelope.type,
        "schema_version": envelope.schema_version,
        "recorded_at": envelope.recorded_at,
        "actor": {"kind": envelope.actor.kind, "id": envelope.actor.id},
        "correlation_id": envelope.correlation_id,
        "causation_id": envelope.causation_id,
        "traceparent": envelope.traceparent,
        "data": envelope.data,
        "content_hash": envelope.content_hash.hex(),
        "head_hash": head.hex(),
    }


def _text_of(envelope: Envelope) -> Iterator[Text]:
    actor = f"{envelope.actor.kind} {envelope.actor.id}"
    yield Text.assemble(
        (f"{envelope.version:>4}  {envelope.type}", "bold"),
        (printable(f"  {envelope.recorded_at}  {actor}"), "dim"),
    )
    data = json.dumps(json.loads(envelope.data), ensure_ascii=False, indent=2)
    yield Text(printable("\n".join(f"      {line}" for line in data.splitlines())))
