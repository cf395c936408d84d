"""Events as text."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.layout import cut
from adapters.cli.text.tables import fields_of, size_text
from domain.json import Cell
from domain.times import clock_text, duration_text
from domain.views.event_in_short import EventInShort, in_short
from domain.views.record import EnvelopeLine, EventLine

INDENT: Final = " " * 6
"""What stands below the first line of an event begins with it."""

_WIDTHS: Final = {"version": 4, "at": 12, "type": 20, "took": 9, "size": 8}
_LEFT_OUT: Final = ((120, "size"), (100, "took"), (80, "type"), (30, "at"))
"""On narrower screens than these the columns are left out."""


def event_line(event: EventInShort, *, width: int | None = None) -> Text:
    """Return the line of an event: version, time, type, what a call took, size, what it says.

    On a screen that is so wide the line fits; None is a pipe, where nothing is cut.
    """
    took = "" if event.duration_ms is None else duration_text(event.duration_ms)
    cells = {
        "version": f"{event.version:>{_WIDTHS['version']}}",
        "at": clock_text(event.recorded_at),
        "type": printable(f"{event.type:<{_WIDTHS['type']}}"),
        "took": f"{took:>{_WIDTHS['took']}}",
        "size": f"{size_text(event.byte_count):>{_WIDTHS['size']}}",
    }
    left_out = {name for below, name in _LEFT_OUT if width is not None and width < below}
    line = "  ".join(cell for name, cell in cells.items() if name not in left_out)
    sentence = " ".join(printable(event.sentence).split())
    if width is not None:
        sentence = cut(sentence, max(width - len(line) - len("  "), 1))
    return Text.assemble((f"{line}  ", "dim"), (sentence, "red" if event.is_failure else ""))


@dataclass(frozen=True, slots=True)
class EventsText:
    """How events read: a line each, with their data below, or in detail."""

    has_data: bool = False
    has_details: bool = False

    def show(self, screen: Screen, lines: Sequence[EventLine]) -> None:
        """Print the events."""
        if not lines:
            screen.tell("No events fit.")
        width = screen.out.width if screen.out.is_terminal else None
        for each in lines:
            if self.has_details:
                screen.show(*_text_of(each))
                continue
            screen.show(event_line(in_short(each), width=width))
            if self.has_data:
                screen.show(data_text(each))


def show_event(screen: Screen, lines: Sequence[EventLine]) -> None:
    """Print all that is known of one event."""
    for event in lines:
        says = in_short(event)
        facts: list[tuple[str, Cell]] = [
            ("event", f"{event.version} {event.type}"),
            ("says", says.sentence),
            ("recorded at", event.recorded_at),
            ("recorded by", f"{event.actor.kind} {event.actor.id}"),
            ("stage", says.stage),
            ("call", says.call_id),
            ("took", None if says.duration_ms is None else duration_text(says.duration_ms)),
            ("size", size_text(says.byte_count)),
            ("run", event.stream_id),
            ("position", f"{event.position} of log {event.log}"),
            ("event id", event.event_id),
            ("caused by", event.causation_id),
            ("trace", event.traceparent),
            ("content hash", event.content_hash.hex()),
            ("head hash", event.head_hash.hex()),
        ]
        screen.show(fields_of([each for each in facts if each[1] is not None]))
        screen.show("", data_text(event))


def _text_of(event: EventLine) -> Iterator[Text]:
    actor = f"{event.actor.kind} {event.actor.id}"
    yield Text.assemble(
        (f"{event.version:>4}  {event.type}", "bold"),
        (printable(f"  {event.recorded_at}  {actor}"), "dim"),
    )
    yield data_text(event)


def data_text(event: EnvelopeLine) -> Text:
    """Return what is stored of the event beside its envelope, indented."""
    try:
        data = json.dumps(json.loads(event.data), ensure_ascii=False, indent=2)
    except ValueError:
        data = event.data  # of a damaged run it is shown as it is
    return Text(printable("\n".join(f"{INDENT}{line}" for line in data.splitlines())))
