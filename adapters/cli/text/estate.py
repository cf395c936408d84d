"""How much of each there is in an estate, and what changed in it, as text."""

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import fields_of, table_of
from domain.estate.differences import RecordChange
from domain.estate.errors import FILLED_BY
from domain.estate.queries import EstateSummary
from domain.figures import whole_sum
from domain.json import Cell
from domain.times import to_the_second
from domain.views.estate import DifferingRecord, EstateChangeView, EstateExport, EstateLoad

SHOWN_COUNT: Final = 20
_LONGEST_VALUE: Final = 40


def show_load(screen: Screen, load: EstateLoad) -> None:
    """Print how many records of each kind differ, and of a dry run the first of them."""
    if not load.by_kind:
        screen.tell("Nothing was brought.")
        return
    columns = ("records", "added", "changed", "unchanged", "retired")
    rows = [
        (kind, found.added, found.changed, found.unchanged, found.retired)
        for kind, found in load.by_kind.items()
    ]
    screen.show(table_of(columns, rows))
    if load.differing is None:
        return
    screen.show(Text(""), *map(_record_line, islice(load.differing, SHOWN_COUNT)))
    left = len(load.differing) - SHOWN_COUNT
    if left > 0:
        screen.show(f"and {left} more; -o json has them all")
    screen.tell("This was a dry run: nothing was written.")


def show_export(screen: Screen, written: EstateExport) -> None:
    """Print how many records each file has."""
    _show_counts(screen, written.counts)


def show_history(screen: Screen, changes: Sequence[EstateChangeView]) -> None:
    """Print a line for each change of the estate."""
    if not changes:
        screen.tell("Nothing was imported or removed since imports are on the record.")
        return
    columns = ("when", "who", "what", "source or item", "added", "changed", "retired")
    rows: list[list[Cell]] = [
        [
            *(to_the_second(each.recorded_at), each.by, each.action, each.what),
            *(_total(each, name) for name in ("added", "changed", "retired")),
        ]
        for each in changes
    ]
    screen.show(table_of(columns, rows))


def show_changes(screen: Screen, records: Sequence[DifferingRecord]) -> None:
    """Print the records that differ, below the changes that made them differ."""
    if not records:
        screen.tell("No change of this is on the record.")
    last = None
    for each in records:
        if each.change_id != last:
            last = each.change_id
            told = f"{to_the_second(each.recorded_at)} {each.by} ({each.what})"
            screen.show(Text(printable(told)))
        screen.show(_record_line(each.record))


def _record_line(record: RecordChange) -> Text:
    told = f"  {record.change} {record.kind} {' '.join(record.key)}"
    if record.change == "changed":
        before, after = record.before, record.after
        fields = (f"{name} {_cut(before[name])} -> {_cut(after[name])}" for name in after)
        told = f"{told}: {', '.join(fields)}"
    return Text(printable(told))


def _cut(value: JsonValue) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def _total(change: EstateChangeView, name: str) -> int:
    return whole_sum(getattr(found, name) for found in change.by_kind.values())


def show_estate_summary(screen: Screen, summary: EstateSummary) -> None:
    """Print the counts and the span of the dated records."""
    if not any(summary.counts.values()):
        screen.tell(f"The estate is empty: {FILLED_BY}.")
        return
    _show_counts(screen, summary.counts)
    if summary.oldest_at:
        span = [("oldest", summary.oldest_at), ("newest", summary.newest_at)]
        screen.show(Text(""), fields_of(span))


def _show_counts(screen: Screen, counts: Mapping[str, int]) -> None:
    rows: list[tuple[str, int]] = [row for row in counts.items() if row[1]]
    screen.show(table_of(("records", "count"), rows))
