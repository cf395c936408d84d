"""The rows of an estate's SQLite file, read by plain SQL."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = Any
Row: TypeAlias = dict[str, Json]

TABLES = {
    "item": ("cis", "ci_code"),
    "event": ("event_log", "entry_id"),
    "work": ("work_history", "work_id"),
    "maintenance": ("maintenance_history", "maintenance_id"),
    "document": ("documents", "document_id"),
    "rule": ("cep_rules", "rule_id"),
}
_AT = ("occurred_at", "started_at", "measured_at")


def micros(at: datetime) -> int:
    return round((at - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def moment(value: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=value)


def records_in(file: Path, tenant_id: str) -> tuple[dict[str, list[Row]], list[Row]]:
    """Return the records of a tenant by kind, those of items with them, and all relations."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row

    def read(sql: str) -> list[Row]:
        return [dict(row) for row in connection.execute(sql, (tenant_id,))]

    records: dict[str, list[Row]] = {
        kind: read(f"SELECT * FROM {table} WHERE tenant_id = ?")  # noqa: S608 - a constant
        for kind, (table, _) in TABLES.items()
    }
    items = {row["ci_id"]: row for row in records["item"]}
    relations = read("SELECT * FROM relations WHERE tenant_id = ?")
    records["relation"] = [
        {**row, "_source": items[row["source_id"]], "_target": items[row["target_id"]]}
        for row in relations
    ]
    points = read(
        "SELECT p.*, s.ci_id, s.metric_name AS metric FROM metric_points p"
        " JOIN metric_series s USING (series_id) WHERE s.tenant_id = ?"
    )
    words = ("good", "noisy", "bad")
    records["point"] = [{**row, "quality": words[row["quality"]]} for row in points]
    records["work_and_maintenance"] = [*_both(records)]
    for kind in ("event", "work", "maintenance", "work_and_maintenance", "point"):
        for row in records[kind]:
            row["_item"] = items[row["ci_id"]]
            row["ci_code"] = row["_item"]["ci_code"]
            at = moment(next(row[each] for each in _AT if each in row))
            row |= {"weekday": f"{at:%A}", "hour": at.hour}
    for row in records["relation"]:
        row |= {end: row[f"_{end}"]["ci_code"] for end in ("source", "target")}
    for row in [*records["item"], *records["event"]]:
        row |= {name: json.loads(row[name]) for name in ("tags", "attributes") if name in row}
    records["item"] = [row for row in items.values() if row["deleted_at"] is None]
    connection.close()
    return records, relations


def _both(records: dict[str, list[Row]]) -> Iterator[Row]:
    names = {"work": ("work_id", "work_type", "requested_by")}
    names["maintenance"] = ("maintenance_id", "maint_type", "performer")
    for kind, (key, type_, person) in names.items():
        for row in records[kind]:
            shared = {"record_id": row[key], "type": row[type_], "person": row[person]}
            yield {**row, **shared, "source": f"{kind}_history"}
