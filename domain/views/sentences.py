"""Events as lines for people."""

from typing import Final

from domain.aggregate.event import EventData

_LONGEST_SENTENCE: Final = 200


def sentence_of(event: EventData) -> str:
    """Return what happened, as one line, cut where it is long.

    Who did it and when is in the envelope.
    """
    line = " ".join(event.says.format(event).split())
    return line if len(line) <= _LONGEST_SENTENCE else f"{line[:_LONGEST_SENTENCE]}..."
