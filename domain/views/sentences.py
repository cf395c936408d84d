"""Events as lines for people."""

from typing import Final

from domain.aggregate.envelope import Envelope
from domain.aggregate.event import EventData
from domain.audit.event_lines import EnvelopeLine
from domain.run.aggregate import RUN
from domain.run.events import RunEvent
from domain.run.run_event import Reported

_LONGEST_SENTENCE: Final = 200


def sentence_of(event: EventData) -> str:
    """Return what happened, as one line, cut where it is long.

    Who did it and when is in the envelope.
    """
    line = " ".join(event.says.format(event).split())
    return line if len(line) <= _LONGEST_SENTENCE else f"{line[:_LONGEST_SENTENCE]}..."


def event_in(envelope: Envelope | EnvelopeLine) -> RunEvent | None:
    """Return the event of a run without the large result beside it; None if nobody can read it."""
    version = envelope.schema_version
    try:
        return RUN.decode(envelope.type, schema_version=version, data=envelope.data)
    except ValueError:
        return None


def stage_of(event: RunEvent) -> str | None:
    """Return the stage that the event names, or in which alone it is reported."""
    only = event.comes_by.stage if isinstance(event.comes_by, Reported) else None
    return getattr(event, "stage", None) or getattr(event, "from_stage", None) or only
