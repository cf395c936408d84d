"""Changes as records of an estate tell of them: entries, work, maintenance, what imports bring."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from adapters.tools.references import record_references
from domain.causes.changes import Change
from domain.estate.differences import RecordChange
from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.queries import Row
from domain.estate.recorded import RecordedChange
from domain.json import JsonMap, as_text


class Place(NamedTuple):
    """An item near those asked about, and how far it is from them."""

    ci_id: str
    distance: int


class _Told(NamedTuple):
    kind: str
    what: tuple[str, ...]


_FIELDS: Final = {
    RecordKind.EVENT_LOG: _Told("event_type", ("message", "title")),
    RecordKind.WORK: _Told("work_type", ("summary", "detail")),
    RecordKind.MAINTENANCE: _Told("maint_type", ("summary", "detail")),
}
_MOST_FIELDS: Final = 3
_NOUNS: Final = {"cis": "item", "relations": "relation"}


def changes_of(
    kind: RecordKind, rows: Sequence[Row], distances: Mapping[str, int] | None
) -> list[Change]:
    """Return the changes that records of a kind tell of; `distances` are by the ids of items."""
    return [_change(kind, row, distances) for row in rows]


def recorded_change(recorded: RecordedChange, near: Mapping[str, Place] | None) -> Change:
    """Return the change that an import made; of a relation, of its nearer end.

    `near` has the places of the items by their codes, None where all are asked about.
    """
    change_id, at, record = recorded
    known = {code: place for code, place in (near or {}).items() if code in record.items}
    code = min(known, key=lambda one: known[one].distance, default=next(iter(record.items), ""))
    place = known.get(code)
    noun = _NOUNS.get(record.kind, record.kind)
    reference: JsonMap = {
        "id": f"estate_change:{change_id}:{'/'.join(record.key)}",
        "kind": "row",
        "title": f"{noun} {record.change} by an import or a removal",
        "payload": {"change_id": change_id, "recorded_at": at, "key": [*record.key]},
    }
    return Change(
        ci_id=place.ci_id if place else code,
        ci_code=code,
        at=datetime.fromisoformat(at),
        kind=f"{noun} {record.change}",
        what=_relation(record) if record.kind == "relations" else _difference(record),
        reference=reference,
        distance=place.distance if place else None,
    )


def _change(kind: RecordKind, row: Row, distances: Mapping[str, int] | None) -> Change:
    fields, ci_id = _FIELDS[kind], as_text(row["ci_id"])
    return Change(
        ci_id=ci_id,
        ci_code=as_text(row["ci_code"]),
        at=datetime.fromisoformat(as_text(row[INSTANT_FIELD[kind]])),
        kind=as_text(row[fields.kind]),
        what=next((as_text(row[name]) for name in fields.what if row[name]), ""),
        reference=record_references(kind, [row])[0],
        distance=None if distances is None else distances.get(ci_id),
        result=as_text(row.get("result")) or None,
    )


def _relation(record: RecordChange) -> str:
    """Return it by the codes of its ends: "app-1 USES db-1"."""
    return f" {record.key[1]} ".join(record.items)


def _difference(record: RecordChange) -> str:
    """Return the fields that differ: "status: active -> failed"."""
    if record.change != "changed":
        return ""
    names = [name for name in record.after if name != "updated_at"] or [*record.after]
    told = [
        f"{name}: {as_text(record.before.get(name))} -> {as_text(record.after[name])}"
        for name in names[:_MOST_FIELDS]
    ]
    more = len(names) - _MOST_FIELDS
    return "; ".join(told) + (f" and {more} more" if more > 0 else "")
