"""Runs whose worker is gone, as text and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from adapters.cli.options import ListFormat
from adapters.cli.screen import Screen
from adapters.cli.text.tables import table_of
from domain.services.recovery import LostRun

_COLUMNS: Final = ("run", "state", "question", "why")


@dataclass(frozen=True, slots=True)
class PrintedLostRun:
    """A lost run as `run recover` prints it; `why` says why it counts as lost."""

    run: str
    state: str
    question: str
    why: str


def show_lost_runs(screen: Screen, lost: Sequence[LostRun], output: ListFormat) -> None:
    """Print lost runs."""
    match output:
        case ListFormat.IDS:
            for each in lost:
                screen.out.print(each.summary.run_id, soft_wrap=True)
        case ListFormat.JSON:
            screen.show_json([_printed(each) for each in lost])
        case ListFormat.TABLE:
            rows = [_printed(each) for each in lost]
            screen.show(
                table_of(_COLUMNS, [(row.run, row.state, row.question, row.why) for row in rows])
            )


def _printed(lost: LostRun) -> PrintedLostRun:
    summary = lost.summary
    return PrintedLostRun(summary.run_id, summary.state, summary.question, lost.why)
