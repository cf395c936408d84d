"""Events with their envelopes, for people and for verifiers."""

import json
from collections.abc import Iterator, Sequence

from rich.text import Text

from adapters.cli.options import EventFormat
from adapters.cli.screen import Screen, printable
from domain.aggregate.envelope import Envelope, RecordedEvent
from domain.audit.event_lines import exported


def show_events(screen: Screen, recorded: Sequence[RecordedEvent], output: EventFormat) -> None:
    """Print the events of a stream from its first on."""
    match output:
        case EventFormat.JSONL:
            for event in exported(recorded):
                screen.show_json_line(event)
        case EventFormat.JSON:
            screen.show_json(list(exported(recorded)))
        case EventFormat.TEXT:
            for each in recorded:
                screen.show(*_text_of(each.envelope))


def _text_of(envelope: Envelope) -> Iterator[Text]:
    actor = f"{envelope.actor.kind} {envelope.actor.id}"
    yield Text.assemble(
        (f"{envelope.version:>4}  {envelope.type}", "bold"),
        (printable(f"  {envelope.recorded_at}  {actor}"), "dim"),
    )
    yield data_text(envelope)


def data_text(envelope: Envelope) -> Text:
    """Return what is stored of the event beside its envelope, indented."""
    data = json.dumps(json.loads(envelope.data), ensure_ascii=False, indent=2)
    return Text(printable("\n".join(f"      {line}" for line in data.splitlines())))
