"""How much of each there is in an estate."""

from collections.abc import Mapping

from rich.text import Text

from adapters.cli.screen import Screen
from adapters.cli.tables import fields_of, table_of
from domain.estate.queries import EstateSummary
from domain.response.blocks import JsonMap

_COLUMNS = ("records", "count")


def show_counts(screen: Screen, counts: Mapping[str, int]) -> None:
    """Print how many records of each kind were written."""
    screen.show(table_of(_COLUMNS, [[name, count] for name, count in counts.items() if count]))


def show_estate_summary(screen: Screen, summary: EstateSummary) -> None:
    """Print the counts and the span of the dated records."""
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


def summary_json(summary: EstateSummary) -> JsonMap:
    """Return the summary as plain JSON."""
    return {
        "counts": dict(summary.counts),
        "oldest_at": summary.oldest_at.isoformat() if summary.oldest_at else None,
        "newest_at": summary.newest_at.isoformat() if summary.newest_at else None,
        "revision": summary.revision,
    }
