"""How much of each there is in an estate."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.text import Text

from adapters.cli.options import TextFormat
from adapters.cli.screen import Screen
from adapters.cli.text.tables import fields_of, table_of
from domain.estate.queries import EstateSummary

_COLUMNS = ("records", "count")


@dataclass(frozen=True, slots=True)
class PrintedLoad:
    """What was written to the estate, as it is printed: where from, and how many of each kind."""

    source: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PrintedSummary:
    """What is in the estate, as it is printed; instants are ISO 8601 in UTC."""

    counts: Mapping[str, int]
    oldest_at: str | None
    newest_at: str | None
    revision: str


def show_counts(screen: Screen, counts: Mapping[str, int]) -> None:
    """Print how many records of each kind were written."""
    screen.show(table_of(_COLUMNS, [[name, count] for name, count in counts.items() if count]))


def show_estate_summary(screen: Screen, summary: EstateSummary, output: TextFormat) -> None:
    """Print the counts and the span of the dated records."""
    if output is TextFormat.JSON:
        screen.show_json(_printed(summary))
        return
    if not any(summary.counts.values()):
        screen.tell("The estate is empty: fill it with `opstrail estate discover` or `demo`.")
        return
    show_counts(screen, summary.counts)
    if summary.oldest_at and summary.newest_at:
        span = [
            ("oldest", summary.oldest_at.isoformat()),
            ("newest", summary.newest_at.isoformat()),
        ]
        screen.show(Text(""), fields_of(span))


def _printed(summary: EstateSummary) -> PrintedSummary:
    oldest, newest = summary.oldest_at, summary.newest_at
    return PrintedSummary(
        counts=summary.counts,
        oldest_at=oldest.isoformat() if oldest else None,
        newest_at=newest.isoformat() if newest else None,
        revision=summary.revision,
    )
