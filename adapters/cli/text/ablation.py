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
    if said := _of_errors(found):
        screen.show(Text(printable(said)))
    if found.results:
        screen.show("", table_with(_COLUMNS, found.results))


def _heading(found: Ablation) -> str:
    if not found.results:
        return "No call of the run has a result that could be replaced."
    if not found.hangs_on:
        return "The answer hangs on no single result."
    return f"The answer hangs on {', '.join(found.hangs_on)}."


def _of_errors(found: Ablation) -> str:
    """Return what errors do that are no findings, said once for all; nothing if there are none."""
    if found.any_error_fails:
        return "An error of any of its calls fails the run: that tells nothing of a single one."
    errors = [
        each for each in found.results if each.replacement == "error" and not each.is_finding
    ]
    fails = ", ".join(each.call_id for each in errors if each.effect == "fails")
    lacks = ", ".join(each.call_id for each in errors if each.effect in ("flips", "details"))
    done = [
        *([f"the run fails ({fails})"] if fails else []),
        *([f"the answer only lacks what the call told, and says so ({lacks})"] if lacks else []),
    ]
    return (
        f"With an error {', or '.join(done)}: that tells nothing of a single one." if done else ""
    )
