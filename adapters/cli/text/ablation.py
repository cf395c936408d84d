"""On which results an answer hangs, as text."""

from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import Columns, table_with
from domain.views.ablation import Ablated, Ablation

_COLUMNS: Final[Columns[Ablated]] = {
    "call": lambda each: each.call_id,
    "replaced by": lambda each: each.replacement,
    "effect": lambda each: each.effect,
}


def show_ablation(screen: Screen, found: Ablation) -> None:
    """Print what the answer hangs on, the most telling first, and then every replacement."""
    screen.show(Text(printable(_heading(found)), style="bold"))
    for each in found.results:
        if each.is_finding:
            screen.show(Text(printable(f"  {each.sentence}")))
    if found.any_error_fails:
        screen.show(
            "An error of any of its calls fails the run: that tells nothing of a single one."
        )
    if found.results:
        screen.show("", table_with(_COLUMNS, found.results))


def _heading(found: Ablation) -> str:
    if not found.results:
        return "No call of the run has a result that could be replaced."
    if not found.hangs_on:
        return "The answer hangs on no single result."
    return f"The answer hangs on {', '.join(found.hangs_on)}."
