"""Finding records."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from pydantic import JsonValue

from domain.estate.errors import WrongValue
from domain.estate.fields import FIELDS, INSTANT_FIELD, OPEN_FIELDS, FieldType, RecordKind
from domain.estate.queries import RecordPage, RecordQuery, Sort
from infrastructure.database.json_sql import open_number, open_text
from infrastructure.estate.columns import (
    TABLES,
    Column,
    ColumnLookup,
    OpenColumn,
    plain_column,
    source_of,
)
from infrastructure.estate.conditions import matching

_HISTORY = INSTANT_FIELD.keys() - {RecordKind.CI, RecordKind.DOCUMENT}


def find(connection: sa.Connection, tenant_id: str, query: RecordQuery) -> RecordPage:
    """See `Estate.find`. Unsorted, history comes newest first and the rest by code or name."""
    for name, count in (("limit", query.limit), ("offset", query.offset)):
        refuse_negative(name, count)
    lookup = ColumnLookup(connection, tenant_id, query.kind)
    conditions = matching(lookup, query)
    source = source_of(query.kind)
    total = sa.select(sa.func.count()).select_from(source).where(*conditions)
    rows = (
        sa.select(*_shown(query.kind))
        .select_from(source)
        .where(*conditions)
        .order_by(*_order(lookup, query.sort))
        .limit(query.limit)
        .offset(query.offset)
    )
    found = [
        {str(name): plain(value) for name, value in row.items()}
        for row in connection.execute(rows).mappings()
    ]
    return RecordPage(found, connection.scalar(total) or 0)


def refuse_negative(name: str, count: int) -> None:
    """Raise `WrongValue` for a count below 0, which SQLite would take for "all"."""
    if count < 0:
        raise WrongValue(name, value=count, expected="0 or more")


def plain(value: object) -> JsonValue:
    """Return the value of a column as plain JSON: an instant as its ISO text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    return value  # type: ignore[return-value]  # columns hold JSON


def _shown(kind: RecordKind) -> list[sa.ColumnElement[object]]:
    fields = [plain_column(kind, name).sql for name in FIELDS[kind]]
    return [*fields, *(TABLES[kind].c[name] for name in OPEN_FIELDS.get(kind, ()))]


def _order(lookup: ColumnLookup, sort: tuple[Sort, ...]) -> list[sa.ColumnElement[object]]:
    by = sort or (_default_sort(lookup.kind),)
    order = [term for one in by for term in terms(lookup.column(one.field), one)]
    # The key at the end makes pages that neither repeat nor lose a record.
    return [*order, *TABLES[lookup.kind].primary_key]


def _default_sort(kind: RecordKind) -> Sort:
    if kind in _HISTORY:
        return Sort(field=INSTANT_FIELD[kind], direction="DESC")
    first = {RecordKind.CI: "ci_code", RecordKind.DOCUMENT: "title"}.get(kind, "rule_name")
    return Sort(field=first)


def terms(column: Column, sort: Sort) -> list[sa.ColumnElement[object]]:
    """Records without a value come last in both directions; text sorts without regard to case."""
    if isinstance(column, OpenColumn):
        keys = [
            open_number(column.document, column.key),
            sa.func.lower(open_text(column.document, column.key)),
        ]
    else:
        is_text = column.type is FieldType.TEXT
        keys = [sa.func.lower(column.sql) if is_text else column.sql]
    return [(key.desc() if sort.direction == "DESC" else key.asc()).nulls_last() for key in keys]
