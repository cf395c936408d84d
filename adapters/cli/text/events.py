"""Events as text."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.layout import cut
from adapters.cli.text.tables import fields_of, size_text
from domain.aggregate.envelope import Envelope
from domain.times import clock_text, day_text, duration_text, to_the_millisecond
from domain.views.record import EnvelopeLine, EventLine
from domain.views.sentences import event_in, sentence_of

INDENT: Final = " " * 6
"""What stands below the first line of an event begins with it."""

_LEAST_WIDTHS: Final = (0, 30, 80, 100, 120)
"""How wide a screen must be for version, time, type, what a call took, and size."""


class EventLines:
    """Prints events, a line each; on a terminal below a line with their day and its offset."""

    def __init__(self, screen: Screen) -> None:
        """Begin without a day."""
        self._screen, self._day = screen, ""
        self._width = screen.out.width if screen.out.is_terminal else None

    def show(self, event: EventLine, *below: Text) -> None:
        """Print an event whose times are local, and what belongs below its line."""
        day = day_text(event.recorded_at)
        if self._width is not None and day != self._day:
            self._screen.show(Text(day, style="bold"))
        self._day = day
        self._screen.show(event_line(event, width=self._width, told=self._screen.told), *below)

    def show_seen(self, event: EventLine) -> None:
        """Print an event that was just recorded."""
        self.show(self._screen.local(event))
        sys.stdout.flush()  # in a pipe it would wait for company


def event_line(
    envelope: Envelope | EnvelopeLine,
    *,
    width: int | None = None,
    told: Callable[[str], str] = str,
) -> Text:
    """Return the line of an event: version, time, type, what a call took, size, what it says.

    It fits on a screen that is so wide; None is a pipe, where nothing is cut, and the time has its
    day and offset. What it says is said as `told`.
    """
    event = event_in(envelope)
    took_ms, payload = getattr(event, "duration_ms", None), getattr(event, "payload", None)
    size = len(envelope.data.encode()) + (payload.size if payload else 0)
    cells = (
        f"{envelope.version:>4}",
        (to_the_millisecond if width is None else clock_text)(envelope.recorded_at),
        f"{printable(envelope.type):<20}",
        f"{'' if took_ms is None else duration_text(took_ms):>9}",
        f"{size_text(size):>8}",
    )
    shown = zip(cells, _LEAST_WIDTHS, strict=True)
    line = "  ".join([cell for cell, least in shown if width is None or width >= least])
    sentence = printable("it cannot be read" if event is None else told(sentence_of(event)))
    if width is not None:
        sentence = cut(sentence, max(width - len(line) - len("  "), 1))
    is_failure = event is None or event.stored_as.endswith("-failed")
    return Text.assemble((f"{line}  ", "dim"), (sentence, "red" if is_failure else ""))


def show_events(screen: Screen, lines: Sequence[EventLine], *, has_data: bool = False) -> None:
    """Print a line for each event, and below it what is stored, if that is wanted."""
    if not lines:
        screen.tell("No events fit.")
    shown = EventLines(screen)
    for each in lines:
        shown.show(each, *([data_text(each)] if has_data else []))


def show_event(screen: Screen, lines: Sequence[EventLine]) -> None:
    """Print all that is recorded with events, and what is stored of them."""
    for each in lines:
        envelope = {name: value for name, value in each.plain().items() if name != "data"}
        by, event = f"{each.actor.kind} {each.actor.id}", event_in(each)
        facts = {
            **envelope,
            "actor": by,
            "says": screen.told(sentence_of(event)) if event else None,
        }
        shown = [(name.replace("_", " "), value) for name, value in facts.items() if value]
        screen.show(fields_of([(name, str(value)) for name, value in shown]), data_text(each))


def data_text(event: EnvelopeLine) -> Text:
    """Return what is stored of the event beside its envelope, indented."""
    try:
        data = json.dumps(json.loads(event.data), ensure_ascii=False, indent=2)
    except ValueError:
        data = event.data  # of a damaged run it is shown as it is
    return Text(printable("\n".join(f"{INDENT}{line}" for line in data.splitlines())))
