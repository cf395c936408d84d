"""The state of a run, and what one event changed in it, as text."""

from collections.abc import Mapping

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.events import data_text
from adapters.cli.text.tables import fields_of, table_of
from domain.response.blocks import Cell
from domain.times import duration_text
from domain.views.state import RunStateView, TriesView
from domain.views.steps import Step

_COLUMNS = ("name", "status", "attempt")
_INDENT = " " * 6


def show_state(screen: Screen, state: RunStateView) -> None:
    """Print where the run is, what may come next, and how its stages and calls stand."""
    screen.show(
        fields_of(
            [
                ("run", state["run_id"]),
                ("state", state["state"]),
                ("version", state["version"]),
                ("may", ", ".join(state["allowed"]) or "nothing: it is final"),
                ("golden run", state["golden"]),
            ]
        )
    )
    for name, tries in (("stages", state["stages"]), ("calls", state["calls"])):
        if tries:
            screen.show("", Text(name, style="bold"), table_of(_COLUMNS, _rows(tries)))


def show_change(screen: Screen, step: Step) -> None:
    """Print the event with its data, and what it changed."""
    title = Text("changed", style="bold")
    screen.show(heading(step), data_text(step.event), title, changed(step))


def heading(step: Step) -> Text:
    """Return which event it is, when it was recorded, and in a line what happened."""
    after = "" if step.since_ms is None else f"  +{duration_text(step.since_ms)}"
    return Text.assemble(
        (f"{step.version:>4}  {step.event.type}", "bold"),
        (f"  {step.event.recorded_at}{after}", "dim"),
        printable(f"\n{_INDENT}{step.sentence}"),
    )


def changed(step: Step) -> Text:
    """Return what is not as before, a value a line; the version is in the heading."""
    lines = [
        f"{each.name}: {_shown(each.before)} -> {_shown(each.after)}" for each in step.changes
    ]
    lines = lines or ["nothing but the version"]
    return Text(printable("\n".join(f"{_INDENT}{line}" for line in lines)))


def _rows(tries: Mapping[str, TriesView]) -> list[list[Cell]]:
    return [[name, each["status"], str(each["attempt"])] for name, each in tries.items()]


def _shown(value: JsonValue) -> str:
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
