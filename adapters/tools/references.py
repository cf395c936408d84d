"""References of answers: to the records shown, or to the query that counted them."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from pydantic import JsonValue

from adapters.tools.answer import Reference, answer, cut_warning, window_json
from domain.estate.fields import RecordKind
from domain.estate.queries import RecordPage, Row
from domain.times import Window, in_utc
from domain.tools.contracts import ToolParams, ToolResult

if TYPE_CHECKING:
    from domain.json import JsonMap

MOST_REFERENCES = 50
_DIGEST_LENGTH = 16


class _Named(NamedTuple):
    key: str
    title: str
    payload: tuple[str, ...]


_NAMED = {
    RecordKind.CI: _Named("ci_code", "ci_name", ("ci_id", "ci_type", "ci_subtype", "status")),
    RecordKind.EVENT_LOG: _Named(
        "entry_id", "title", ("ci_id", "ci_code", "occurred_at", "event_type", "severity")
    ),
    RecordKind.WORK: _Named(
        "work_id", "summary", ("ci_id", "ci_code", "started_at", "work_type", "result")
    ),
    RecordKind.MAINTENANCE: _Named(
        "maintenance_id", "summary", ("ci_id", "ci_code", "started_at", "maint_type", "result")
    ),
    RecordKind.DOCUMENT: _Named("document_id", "title", ("category", "document_type")),
    RecordKind.CEP_RULE: _Named("rule_id", "rule_name", ("trigger_type", "condition")),
}


def record_references(kind: RecordKind, rows: Sequence[Row]) -> list[Reference]:
    """Return a reference to each of the first 50 records."""
    named = _NAMED[kind]
    return [_record_reference(kind, row, named) for row in rows[:MOST_REFERENCES]]


def newest_change(rows: Iterable[Row]) -> str | None:
    """Return when one of these items was changed last; None where the estate does not know."""
    changed = [
        in_utc(datetime.fromisoformat(str(at))) for each in rows if (at := each.get("updated_at"))
    ]
    return max(changed).isoformat() if changed else None


def page_answer(
    kind: RecordKind, page: RecordPage, *, noun: str, warnings: Sequence[str], **more: JsonValue
) -> ToolResult:
    """Return the answer of a page of records: it warns when there are more of them."""
    return answer(
        {"rows": list[JsonValue](page.rows), "total": page.total, **more},
        row_count=len(page.rows),
        references=record_references(kind, page.rows),
        newest=newest_change(page.rows),
        warnings=[*warnings, *cut_warning(len(page.rows), total=page.total, noun=noun)],
    )


def query_reference(
    tool: str,
    operation: str,
    *,
    params: ToolParams,
    total_records: int,
    window: Window | None = None,
) -> Reference:
    """Return a reference to the query that an aggregate comes from.

    Its id stands for the tool, the operation, the parameters and the window that they meant.
    """
    query: JsonMap = {
        "tool": tool,
        "operation": operation,
        "params": params.model_dump(mode="json", exclude_defaults=True),
    }
    if window is not None:
        query["window"] = window_json(window)
    digest = hashlib.sha256(json.dumps(query, sort_keys=True).encode()).hexdigest()
    return {
        "id": f"query:{digest[:_DIGEST_LENGTH]}",
        "kind": "query",
        "title": f"{tool}.{operation} over {total_records} records",
        "payload": {**query, "total_records": total_records},
    }


def _record_reference(kind: RecordKind, row: Row, named: _Named) -> Reference:
    key = str(row[named.key])
    return {
        "id": f"{kind}:{key}",
        "kind": "row",
        "title": str(row.get(named.title) or key),
        "payload": {name: row.get(name) for name in (named.key, *named.payload)},
    }
