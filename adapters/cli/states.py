"""The state of a run as text."""

from collections.abc import Mapping

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.screen import Screen
from adapters.cli.tables import fields_of, table_of
from domain.response.blocks import Cell, JsonMap


def show_state(screen: Screen, state: JsonMap) -> None:
    """Print where the run is, what may come next, and how its stages and calls stand."""
    allowed = state["allowed"]
    words = [str(word) for word in allowed] if isinstance(allowed, list) else []
    screen.show(
        fields_of(
            [
                ("run", str(state["run_id"])),
                ("state", str(state["state"])),
                ("version", str(state["version"])),
                ("may", ", ".join(words) or "nothing: it is final"),
                ("golden run", str(state["golden"] or "-")),
            ]
        )
    )
    for name in ("stages", "calls"):
        tries = state[name]
        if isinstance(tries, dict) and tries:
            screen.show("", Text(name, style="bold"), table_of(_COLUMNS, _rows(tries)))


_COLUMNS = ("name", "status", "attempt")


def _rows(tries: Mapping[str, JsonValue]) -> list[list[Cell]]:
    return [
        [name, str(each["status"]), str(each["attempt"])]
        for name, each in tries.items()
        if isinstance(each, dict)
    ]
