"""What one event changed, as text."""

from collections.abc import Iterator, Mapping

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.events import data_text
from domain.replay.compare.state_change import StateChange
from domain.times import duration_text
from domain.views.sentences import sentence_of

_INDENT = " " * 6
_IN_THE_HEADING = "version"


def show_change(screen: Screen, change: StateChange) -> None:
    """Print the event with its data, and what it changed."""
    screen.show(
        heading(change),
        data_text(change.entry.envelope),
        Text("changed", style="bold"),
        changed(change),
    )


def heading(change: StateChange) -> Text:
    """Return which event it is, when it was recorded, and in a line what happened."""
    envelope, since = change.entry.envelope, change.since_ms
    after = "" if since is None else f"  +{duration_text(since)}"
    return Text.assemble(
        (f"{envelope.version:>4}  {envelope.type}", "bold"),
        (f"  {envelope.recorded_at}{after}", "dim"),
        printable(f"\n{_INDENT}{sentence_of(change.entry.event)}"),
    )


def changed(change: StateChange) -> Text:
    """Return what is not as before, a value a line; the version is in the heading."""
    lines = list(_changed_values(change.before, change.after)) or ["nothing but the version"]
    return Text(printable("\n".join(f"{_INDENT}{line}" for line in lines)))


def _changed_values(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for name, value in after.items():
        earlier = before.get(name)
        if value == earlier or name == _IN_THE_HEADING:
            continue
        if isinstance(value, dict) and isinstance(earlier, dict):
            for each, tries in value.items():
                if tries != earlier.get(each):
                    yield f"{name}.{each}: {_shown(earlier.get(each))} -> {_shown(tries)}"
        else:
            yield f"{name}: {_shown(earlier)} -> {_shown(value)}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "-"
        case dict():
            return " #".join(str(each) for each in value.values())
        case list():
            return ", ".join(str(each) for each in value) or "nothing"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
