"""The state of a run as text."""

from collections.abc import Mapping

from rich.text import Text

from adapters.cli.screen import Screen
from adapters.cli.text.tables import fields_of, table_of
from domain.response.blocks import Cell
from domain.views.state import RunStateView, TriesView


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


_COLUMNS = ("name", "status", "attempt")


def _rows(tries: Mapping[str, TriesView]) -> list[list[Cell]]:
    return [[name, each["status"], str(each["attempt"])] for name, each in tries.items()]
