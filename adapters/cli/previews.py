"""A preview of a replay as text and as JSON."""

from collections.abc import Sequence

from rich.text import Text

from adapters.cli.options import TextFormat
from adapters.cli.screen import Screen
from adapters.cli.tables import table_of
from domain.replay.preview import Preview, PreviewedCall
from domain.run.facts import JsonMap

_COLUMNS = ("call", "tool", "answer")
_ANSWERS = {"record": "recorded", "live": "live", "patch": "patched", "blocked": "blocked"}


def show_preview(screen: Screen, preview: Preview, output: TextFormat) -> None:
    """Print each call with who would answer it, and how many would go out."""
    if output is TextFormat.JSON:
        screen.show_json(preview_json(preview))
        return
    rows = [
        (each.call_id, f"{each.tool}.{each.operation}", _answer(each)) for each in preview.calls
    ]
    screen.show(table_of(_COLUMNS, rows), "", *map(Text, _closing_lines(preview)))


def preview_json(preview: Preview) -> JsonMap:
    """Return a preview as plain JSON."""
    return {
        "outside_calls": preview.outside_calls,
        "is_planned_anew": preview.is_planned_anew,
        "calls": [
            {
                "call_id": each.call_id,
                "tool": each.tool,
                "operation": each.operation,
                "answer": _ANSWERS[each.answered_by],
                "waits_for": each.waits_for,
            }
            for each in preview.calls
        ],
    }


def _row(call: PreviewedCall) -> tuple[str, str, str]:
    return call.call_id, f"{call.tool}.{call.operation}", _answer(call)


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
