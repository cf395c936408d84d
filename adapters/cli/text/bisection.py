"""Where an answer turned, as text."""

from collections.abc import Iterator

from rich.text import Text

from adapters.cli.screen import Screen, printable
from domain.times import to_the_second
from domain.views.bisection import Bisection, Turn


def show_bisection(screen: Screen, found: Bisection) -> None:
    """Print what was found, how it was looked, and each turn with what changed."""
    screen.show(Text(printable(f"{found.verdict[0].upper()}{found.verdict[1:]}."), style="bold"))
    screen.show(Text(f"{found.looked[0].upper()}{found.looked[1:]}.", style="dim"))
    if found.turn_count > len(found.turns):
        screen.show(Text(f"The newest {len(found.turns)} turns:", style="dim"))
    for turn in found.turns:
        screen.show("", *(Text(printable(line)) for line in _lines(turn)))
        compared = f"opstrail run compare {turn.before.run_id} {turn.after.run_id}"
        screen.show(Text(f"  {screen.pasteable(compared)}"))


def _lines(turn: Turn) -> Iterator[str]:
    before, after = turn.before, turn.after
    yield f"{before.run_id} ({to_the_second(before.requested_at)}, {before.side})"
    yield f"{after.run_id} ({to_the_second(after.requested_at)}, {after.side})"
    yield f"  {turn.sentence}"
    for change in turn.changes:
        yield f"  {change.aspect}: {change.sentence}"
    if not turn.changes:
        yield "  nothing else that is recorded differs"
