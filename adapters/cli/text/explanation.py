"""How a question is read, as text."""

from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import table_of
from domain.views.explanation import Explanation


def show_explanation(screen: Screen, explanation: Explanation) -> None:
    """Print the reading, how sure it is and why, what the words are used as, and the calls."""
    screen.show(Text(printable(explanation.reading), style="bold"))
    why = f": {'; '.join(explanation.reasons)}" if explanation.reasons else ""
    screen.show(printable(f"confidence {explanation.confidence:g}{why}"))
    if explanation.words:
        cells = [[each.words, each.used_as] for each in explanation.words]
        screen.show("", table_of(("words", "used as"), cells))
    for each in explanation.calls:
        screen.show(printable(f"would call {each.tool}.{each.operation} as {each.call_id}"))
    screen.tell("Nothing was run; -o json shows the query and the parameters.")
