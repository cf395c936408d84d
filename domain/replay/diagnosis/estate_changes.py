"""What changed in the estate shortly before a run, on the items that its answer rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import RecordQuery, Row, Sort
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import HistoryEntry
from domain.times import Window

LOOKED_BACK: Final = timedelta(hours=24)
MOST_ITEMS: Final = 200
"""Items of a run beyond these are not looked up: an answer about so many has no one cause."""

_MOST_RECORDS = 100
_KEYS: Final = {
    RecordKind.EVENT_LOG: "entry_id",
    RecordKind.WORK: "work_id",
    RecordKind.MAINTENANCE: "maintenance_id",
}
_TITLES: Final = ("title", "summary")
_TYPES: Final = ("event_type", "work_type", "maint_type")


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateChange:
    """An event log entry, a piece of work or a maintenance of an item.

    `severity` is that of an event log entry (5 is the worst), `result` how work ended.
    """

    kind: RecordKind
    record_id: str
    ci_id: str
    ci_code: str
    at: str
    about: str
    title: str
    severity: int | None = None
    result: str | None = None


def referenced_items(entries: Sequence[HistoryEntry]) -> dict[str, tuple[int, ...]]:
    """Return the ids of the configuration items that results refer to, and where they do."""
    items: dict[str, tuple[int, ...]] = {}
    for entry in entries:
        if isinstance(entry.event, ToolCallSucceeded):
            version = entry.envelope.version
            for reference in entry.event.references:
                ci_id = dict(reference.get("payload") or {}).get("ci_id")
                if isinstance(ci_id, str) and version not in items.get(ci_id, ()):
                    items[ci_id] = (*items.get(ci_id, ()), version)
    return items


def recent_changes(
    estate: Estate, tenant_id: str, ci_ids: Sequence[str], *, before: datetime
) -> list[EstateChange]:
    """Return the changes of these items in the 24 hours before an instant, newest first.

    At most 100 of each kind, and of the first 200 items.
    """
    if not ci_ids:
        return []
    window = Window(before - LOOKED_BACK, before)
    changes = [
        _change(kind, row)
        for kind in _KEYS
        for row in estate.find(tenant_id, _query(kind, ci_ids[:MOST_ITEMS], window)).rows
    ]
    return sorted(changes, key=lambda change: change.at, reverse=True)


def _query(kind: RecordKind, ci_ids: Sequence[str], window: Window) -> RecordQuery:
    return RecordQuery(
        kind=kind,
        ci_ids=tuple(ci_ids),
        window=window,
        sort=(Sort(field=INSTANT_FIELD[kind], direction="DESC"),),
        limit=_MOST_RECORDS,
    )


def _change(kind: RecordKind, row: Row) -> EstateChange:
    severity, result = row.get("severity"), row.get("result")
    return EstateChange(
        kind=kind,
        record_id=str(row[_KEYS[kind]]),
        ci_id=str(row["ci_id"]),
        ci_code=str(row.get("ci_code") or row["ci_id"]),
        at=str(row[INSTANT_FIELD[kind]]),
        about=_first(row, _TYPES),
        title=_first(row, _TITLES),
        severity=severity if isinstance(severity, int) else None,
        result=result if isinstance(result, str) else None,
    )


def _first(row: Row, names: Sequence[str]) -> str:
    return next((str(row[name]) for name in names if row.get(name)), "")
