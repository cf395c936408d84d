"""A preview of a replay as text and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rich.text import Text

from adapters.cli.options import TextFormat
from adapters.cli.screen import Screen
from adapters.cli.text.tables import table_of
from domain.replay.fork.preview import Preview, PreviewedCall
from domain.run.call_events import AnsweredBy

PrintedAnswer = Literal["recorded", "live", "patched", "blocked"]

_COLUMNS = ("call", "tool", "answer")
_ANSWERS: Final[dict[AnsweredBy, PrintedAnswer]] = {
    "record": "recorded",
    "live": "live",
    "patch": "patched",
    "blocked": "blocked",
}


@dataclass(frozen=True, slots=True)
class PrintedCall:
    """A call of a preview; `waits_for` is the call on whose unknown answer it hangs."""

    call_id: str
    tool: str
    operation: str
    answer: PrintedAnswer
    waits_for: str | None


@dataclass(frozen=True, slots=True)
class PrintedPreview:
    """A preview as it is printed; `outside_calls` as far as that is known."""

    outside_calls: int
    is_planned_anew: bool
    calls: tuple[PrintedCall, ...]


def show_preview(screen: Screen, preview: Preview, output: TextFormat) -> None:
    """Print each call with who would answer it, and how many would go out."""
    if output is TextFormat.JSON:
        screen.show_json(_printed(preview))
        return
    rows = [
        (each.call_id, f"{each.tool}.{each.operation}", _answer(each)) for each in preview.calls
    ]
    screen.show(table_of(_COLUMNS, rows), "", *map(Text, _closing_lines(preview)))


def _printed(preview: Preview) -> PrintedPreview:
    calls = (
        PrintedCall(
            each.call_id, each.tool, each.operation, _ANSWERS[each.answered_by], each.waits_for
        )
        for each in preview.calls
    )
    return PrintedPreview(preview.outside_calls, preview.is_planned_anew, tuple(calls))


def _answer(call: PreviewedCall) -> str:
    answer = _ANSWERS[call.answered_by]
    return f"{answer} (depends on {call.waits_for})" if call.waits_for else answer


def _closing_lines(preview: Preview) -> Sequence[str]:
    count = preview.outside_calls
    lines = [f"{count} outside call{'' if count == 1 else 's'}; nothing was called or recorded."]
    if preview.is_planned_anew:
        lines.append(
            "The planner will be asked; the calls are those of the plan that is on record."
        )
    return lines
