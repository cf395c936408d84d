"""How much of each there is in an estate, as text."""

from collections.abc import Mapping

from rich.text import Text

from adapters.cli.screen import Screen
from adapters.cli.text.tables import fields_of, table_of
from domain.estate.queries import EstateSummary
from domain.views.estate import EstateLoad


def show_load(screen: Screen, load: EstateLoad) -> None:
    """Print how many records of each kind were written."""
    _show_counts(screen, load.counts)


def show_estate_summary(screen: Screen, summary: EstateSummary) -> None:
    """Print the counts and the span of the dated records."""
    if not any(summary.counts.values()):
        screen.tell("The estate is empty: fill it with `opstrail estate discover` or `demo`.")
        return
    _show_counts(screen, summary.counts)
    if summary.oldest_at:
        span = [("oldest", summary.oldest_at), ("newest", summary.newest_at)]
        screen.show(Text(""), fields_of(span))


def _show_counts(screen: Screen, counts: Mapping[str, int]) -> None:
    rows: list[tuple[str, int]] = [row for row in counts.items() if row[1]]
    screen.show(table_of(("records", "count"), rows))
