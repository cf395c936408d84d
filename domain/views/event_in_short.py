"""An event in short: what a line about it says."""

from dataclasses import dataclass, replace

from domain.aggregate.envelope import Envelope
from domain.audit.event_lines import EnvelopeLine
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallFailed
from domain.run.events import RunEvent, RunFailed, StageFailed
from domain.run.run_event import Reported
from domain.views.sentences import sentence_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EventInShort:
    """What an event of a run says.

    `stage` is that which it is about, or in which alone it is recorded; `call_id` the call that it
    is about. `duration_ms` is what a call took. `byte_count` is the size of its data, with a large
    result that is kept beside the log.
    """

    version: int
    recorded_at: str
    type: str
    sentence: str
    stage: str | None = None
    call_id: str | None = None
    duration_ms: float | None = None
    byte_count: int
    is_failure: bool = False


def in_short(envelope: Envelope | EnvelopeLine) -> EventInShort:
    """Return the event in short; of one that cannot be read, that it is so."""
    sized = EventInShort(
        version=envelope.version,
        recorded_at=envelope.recorded_at,
        type=envelope.type,
        sentence="",
        byte_count=len(envelope.data.encode()),
    )
    try:
        event = RUN.decode(
            envelope.type, schema_version=envelope.schema_version, data=envelope.data
        )
    except ValueError as error:
        return replace(sized, sentence=f"it cannot be read: {error}", is_failure=True)
    payload = getattr(event, "payload", None)
    return replace(
        sized,
        sentence=sentence_of(event),
        stage=_stage_of(event),
        call_id=getattr(event, "call_id", None),
        duration_ms=getattr(event, "duration_ms", None),
        byte_count=sized.byte_count + (payload.size if payload else 0),
        is_failure=isinstance(event, ToolCallFailed | StageFailed | RunFailed),
    )


def _stage_of(event: RunEvent) -> str | None:
    """Return the stage that the event names, or in which alone the engine reports it."""
    only = event.comes_by.stage if isinstance(event.comes_by, Reported) else None
    return getattr(event, "stage", None) or getattr(event, "from_stage", None) or only
