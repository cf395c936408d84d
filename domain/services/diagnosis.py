"""Gathers what a diagnosis looks at: a run, the last good one, and changes of the estate."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import AggregateQuery, FilterSpec, RecordQuery, Row, Sort
from domain.replay.compare.compare import compare
from domain.replay.diagnosis.case import (
    Case,
    EstateChange,
    is_made_by_people,
    referenced_items,
)
from domain.replay.record.recording import anchor_of
from domain.replay.record.terms import is_what_if
from domain.run.summary import summary_of
from domain.services.counterparts import last_good_run
from domain.services.reader import RunReader
from domain.times import Window

LOOKED_BACK: Final = timedelta(hours=24)
MOST_ITEMS: Final = 200
"""Items of a run beyond these are not looked up: an answer about so many has no one cause."""

_MOST_RECORDS = 100
_EVENT_TYPE = "event_type"
_KEYS: Final = {
    RecordKind.EVENT_LOG: "entry_id",
    RecordKind.WORK: "work_id",
    RecordKind.MAINTENANCE: "maintenance_id",
}
_TITLES: Final = ("title", "summary")
_TYPES: Final = ("event_type", "work_type", "maint_type")


def case_of(
    reader: RunReader, estate: Estate, tenant_id: str, run: str, *, at: str | None = None
) -> Case:
    """Return what is known of a run up to a moment, and around it; see `RunReader.find`."""
    history = reader.find(tenant_id, run, at=at)
    items = list(referenced_items(history))
    # That a what-if is otherwise is no surprise.
    good = None if is_what_if(history) else last_good_run(reader, summary_of(history))
    last_good = reader.history(tenant_id, good.run_id) if good else []
    return Case(
        history,
        since_last_good=compare(last_good, history) if good else None,
        last_good=last_good,
        changes=recent_changes(estate, tenant_id, items, before=anchor_of(history)),
    )


def recent_changes(
    estate: Estate, tenant_id: str, ci_ids: Sequence[str], *, before: datetime
) -> list[EstateChange]:
    """Return the changes of these items in the 24 hours before an instant, newest first.

    At most 100 of each kind, and of the first 200 items. What people did is not crowded out by
    alarms: of the event log there are 100 such entries, too.
    """
    if not ci_ids:
        return []
    window, items = Window(before - LOOKED_BACK, before), ci_ids[:MOST_ITEMS]
    queries = [_query(kind, items, window) for kind in _KEYS]
    made = _made_by_people(estate, tenant_id, items, window)
    if made:
        is_made = FilterSpec(field=_EVENT_TYPE, op="IN", value=made)
        queries.append(_query(RecordKind.EVENT_LOG, items, window, is_made))
    found = {
        (query.kind, change.record_id): change
        for query in queries
        for change in (_change(query.kind, row) for row in estate.find(tenant_id, query).rows)
    }
    return sorted(found.values(), key=lambda change: change.at, reverse=True)


def _made_by_people(
    estate: Estate, tenant_id: str, ci_ids: Sequence[str], window: Window
) -> list[str]:
    """Return the types of events that happened to the items and tell of what somebody did."""
    types = AggregateQuery(
        kind=RecordKind.EVENT_LOG, group_by=(_EVENT_TYPE,), ci_ids=tuple(ci_ids), window=window
    )
    found = (str(row[0]) for row in estate.aggregate(tenant_id, types).rows)
    return [event_type for event_type in found if is_made_by_people(event_type)]


def _query(
    kind: RecordKind, ci_ids: Sequence[str], window: Window, *filters: FilterSpec
) -> RecordQuery:
    return RecordQuery(
        kind=kind,
        filters=filters,
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
