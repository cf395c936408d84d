"""Events as text."""

import json
import sys
from collections.abc import Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.layout import cut
from adapters.cli.text.tables import fields_of, size_text
from domain.aggregate.envelope import Envelope
from domain.times import clock_text, duration_text
from domain.views.record import EnvelopeLine, EventLine
from domain.views.sentences import event_in, sentence_of

INDENT: Final = " " * 6
"""What stands below the first line of an event begins with it."""

_LEAST_WIDTHS: Final = (0, 30, 80, 100, 120)
"""How wide a screen must be for version, time, type, what a call took, and size."""


def show_seen(screen: Screen, event: EventLine) -> None:
    """Print an event that was just recorded, on a line."""
    screen.show(event_line(event, width=_width_of(screen)))
    sys.stdout.flush()  # in a pipe it would wait for company


def event_line(envelope: Envelope | EnvelopeLine, *, width: int | None = None) -> Text:
    """Return the line of an event: version, time, type, what a call took, size, what it says.

    It fits on a screen that is so wide; None is a pipe, where nothing is cut.
    """
    event = event_in(envelope)
    took_ms, payload = getattr(event, "duration_ms", None), getattr(event, "payload", None)
    size = len(envelope.data.encode()) + (payload.size if payload else 0)
    cells = (
        f"{envelope.version:>4}",
        clock_text(envelope.recorded_at),
        f"{printable(envelope.type):<20}",
        f"{'' if took_ms is None else duration_text(took_ms):>9}",
        f"{size_text(size):>8}",
    )
    shown = zip(cells, _LEAST_WIDTHS, strict=True)
    line = "  ".join([cell for cell, least in shown if width is None or width >= least])
    sentence = printable("it cannot be read" if event is None else sentence_of(event))
    if width is not None:
        sentence = cut(sentence, max(width - len(line) - len("  "), 1))
    is_failure = event is None or event.stored_as.endswith("-failed")
    return Text.assemble((f"{line}  ", "dim"), (sentence, "red" if is_failure else ""))


def show_events(screen: Screen, lines: Sequence[EventLine], *, has_data: bool = False) -> None:
    """Print a line for each event, and below it what is stored, if that is wanted."""
    if not lines:
        screen.tell("No events fit.")
    width = _width_of(screen)
    for each in lines:
        screen.show(event_line(each, width=width), *([data_text(each)] if has_data else []))


def show_event(screen: Screen, lines: Sequence[EventLine]) -> None:
    """Print all that is recorded with events, and what is stored of them."""
    for each in lines:
        envelope = {name: value for name, value in each.plain().items() if name != "data"}
        by, event = f"{each.actor.kind} {each.actor.id}", event_in(each)
        facts = {**envelope, "actor": by, "says": sentence_of(event) if event else None}
        shown = [(name.replace("_", " "), value) for name, value in facts.items() if value]
        screen.show(fields_of([(name, str(value)) for name, value in shown]), data_text(each))


def data_text(event: EnvelopeLine) -> Text:
    """Return what is stored of the event beside its envelope, indented."""
    try:
        data = json.dumps(json.loads(event.data), ensure_ascii=False, indent=2)
    except ValueError:
        data = event.data  # of a damaged run it is shown as it is
    return Text(printable("\n".join(f"{INDENT}{line}" for line in data.splitlines())))


def _width_of(screen: Screen) -> int | None:
    return screen.out.width if screen.out.is_terminal else None
