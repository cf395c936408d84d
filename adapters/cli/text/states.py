"""The states that events lead to, and what one of them changed, as text."""

import json
from typing import Final

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.events import INDENT, data_text
from adapters.cli.text.tables import Columns, fields_of, table_with
from domain.json import Cell, as_texts
from domain.times import duration_text
from domain.views.stage_test import StageTestResponse
from domain.views.state import RunStateView, TriesView
from domain.views.steps import Step

_TRIES: Final[Columns[tuple[str, TriesView]]] = {
    "name": lambda tries: tries[0],
    "status": lambda tries: tries[1]["status"],
    "attempt": lambda tries: str(tries[1]["attempt"]),
}


def show_state(screen: Screen, state: RunStateView) -> None:
    """Print where the run is, what may come next, and how its stages and calls stand."""
    facts: list[tuple[str, Cell]] = [
        ("run", state["run_id"]),
        ("state", state["state"]),
        ("version", state["version"]),
        ("may", ", ".join(state["allowed"]) or "nothing: it is final"),
        ("golden run", state["golden"]),
    ]
    screen.show(fields_of(facts))
    for name, tries in (("stages", state["stages"]), ("calls", state["calls"])):
        if tries:
            screen.show("", Text(name, style="bold"), table_with(_TRIES, tries.items()))


def show_stage(screen: Screen, stage: StageTestResponse) -> None:
    """Print what a stage put out on its own, and how it went."""
    title = f"{stage.stage}: {stage.diagnostics['status']}"
    result = json.dumps(stage.result, ensure_ascii=False, indent=2)
    told = "".join(f"\n{each}" for each in as_texts(stage.diagnostics["warnings"]))
    screen.show(Text.assemble((title, "bold"), printable(told)), Text(printable(result)))


def show_change(screen: Screen, step: Step) -> None:
    """Print the event with its data, and what it changed."""
    title = Text("changed", style="bold")
    screen.show(heading(step), data_text(step.event), title, changed(step))


def heading(step: Step) -> Text:
    """Return which event it is, when it was recorded, and in a line what happened."""
    after = "" if step.since_ms is None else f"  +{duration_text(step.since_ms)}"
    if step.went_back_ms:
        after = f"  the clock went back by {duration_text(step.went_back_ms)}"
    return Text.assemble(
        (f"{step.version:>4}  {step.event.type}", "bold"),
        (f"  {step.event.recorded_at}{after}", "dim"),
        printable(f"\n{INDENT}{step.sentence}"),
    )


def changed(step: Step) -> Text:
    """Return what is not as before, a value a line; the version is in the heading."""
    lines = [
        f"{each.name}: {_shown(each.before)} -> {_shown(each.after)}" for each in step.changes
    ]
    lines = lines or ["nothing but the version"]
    return Text(printable("\n".join(f"{INDENT}{line}" for line in lines)))


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
