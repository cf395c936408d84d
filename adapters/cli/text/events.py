"""Events as text."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from domain.views.record import EnvelopeLine, EventLine

INDENT: Final = " " * 6
"""What stands below the first line of an event begins with it."""


def show_events(screen: Screen, lines: Sequence[EventLine]) -> None:
    """Print the events, each with its type, when and by whom it was recorded, and its data."""
    for each in lines:
        screen.show(*_text_of(each))


def show_event_lines(screen: Screen, lines: Sequence[EventLine]) -> None:
    """Print each event as a JSON object on a line."""
    for each in lines:
        screen.show_json(each.plain(), indent=None)


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
