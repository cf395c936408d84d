"""Gathers what a diagnosis looks at: a run, the last good one, and changes of the estate."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import RecordQuery, Row, Sort
from domain.replay.compare.compare import compare
from domain.replay.diagnosis.case import Case, EstateChange, referenced_items
from domain.replay.record.recording import anchor_of
from domain.run.summary import summary_of
from domain.services.counterparts import last_good_run
from domain.services.reader import RunReader
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


def case_of(reader: RunReader, estate: Estate, tenant_id: str, run: str) -> Case:
    """Return what is known of a run and around it. Raises like `RunReader.find`."""
    history = reader.find(tenant_id, run)
    items = list(referenced_items(history))
    good = last_good_run(reader, summary_of(history))
    return Case(
        history,
        since_last_good=compare(reader.find(tenant_id, good.run_id), history) if good else None,
        changes=recent_changes(estate, tenant_id, items, before=anchor_of(history)),
    )


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
