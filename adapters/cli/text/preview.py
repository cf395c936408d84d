"""A preview of a replay as text."""

from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen
from adapters.cli.text.tables import table_of
from domain.views.preview import Preview, PreviewedCall, sentences_of

_COLUMNS: Final = ("call", "tool", "answer")


def show_preview(screen: Screen, preview: Preview) -> None:
    """Print each call with who would answer it, and how many would go out."""
    rows = [
        (each.call_id, f"{each.tool}.{each.operation}", _answer(each)) for each in preview.calls
    ]
    screen.show(table_of(_COLUMNS, rows), "", *map(Text, sentences_of(preview)))


def _answer(call: PreviewedCall) -> str:
    return f"{call.answer} (depends on {call.waits_for})" if call.waits_for else call.answer
