"""What the records of a set are selected from, and which column answers for which field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql.visitors import iterate

from domain.estate.fields import KEYWORD_FIELDS, OPEN_FIELDS, FieldType
from domain.query.fields import (
    CLOCK_FIELDS,
    KIND_FIELDS,
    OF_ITEMS,
    OF_SERVICE,
    RECORD_KINDS,
    TIME_FIELDS,
    field_of,
)
from domain.query.sets import SetKind
from infrastructure.estate.columns import TABLES, Column, OpenColumn, PlainColumn
from infrastructure.estate.tables import (
    CIS,
    METRIC_POINTS,
    METRIC_SERIES,
    QUALITY,
    RELATIONS,
)

Element = sa.ColumnElement[Any]
Claim = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Source:
    """Records of one kind: where they come from, their own columns, and those of their items.

    `visible` keeps to the tenant's records that can be seen. Each source has aliases of its own,
    so that one can stand within another. `bare` are the rows without the items, of which each has
    one.
    """

    kind: SetKind
    rows: sa.FromClause
    columns: Mapping[str, Element]
    key: tuple[Element, ...]
    visible: tuple[Claim, ...]
    items: Mapping[str, sa.FromClause] = field(default_factory=dict)
    bare: sa.FromClause | None = None
    clock: Callable[[str], Element] | None = None
    """What a clock showed then, by the name of its field."""

    @property
    def ci_id(self) -> Element:
        """The id of the item that a record is, or belongs to."""
        return self.columns["ci_id"]

    @property
    def owners(self) -> list[Element]:
        """The ids of the items that a record belongs to: those of both ends of a relation."""
        is_relation = self.kind is SetKind.RELATION
        names = ("source_id", "target_id") if is_relation else ("ci_id",)
        return [self.columns[name] for name in names]

    @property
    def instant(self) -> Element | None:
        """When a record happened, an item was changed; None of a kind without instants."""
        if self.kind is SetKind.ITEM:
            return self.columns["updated_at"]
        name = TIME_FIELDS.get(self.kind)
        return None if name is None else self.columns[name]

    def column(self, name: str) -> Column:
        """Return the column of a field. Raises KeyError for one that the kind does not have."""
        found = field_of(self.kind, name)
        if found is None:
            raise KeyError(name)
        if found.name in CLOCK_FIELDS and self.clock:
            return PlainColumn(name, CLOCK_FIELDS[found.name], self.clock(found.name))
        columns = self.columns if found.owner == "self" else self.items[found.owner].c
        document, dot, key = found.name.partition(".")
        if dot:
            return OpenColumn(name, columns[document], key)
        return PlainColumn(name, cast("FieldType", found.type), columns[found.name])

    def texts(self) -> list[Element]:
        """Return the columns in which words are searched."""
        return [self.columns[name] for name in KEYWORD_FIELDS[RECORD_KINDS[self.kind]]]


@dataclass(frozen=True, slots=True)
class Members:
    """The members of a set: what they are selected from, and what they must meet."""

    source: Source
    where: list[Claim]

    def select(self, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
        """Return a selection of columns of the members."""
        chosen = sa.select(*columns).select_from(self.rows_for(*columns)).where(*self.where)
        return chosen.correlate(None)

    def rows_for(self, *columns: Element) -> sa.FromClause:
        """Return what those columns are selected from: without the items, if they need none.

        SQLite skips no join where records are counted, though it finds one item for each.
        """
        if self.source.bare is None:
            return self.source.rows
        parts = (part for each in (*columns, *self.where) for part in iterate(each))
        items = [*self.source.items.values()]
        uses = any(isinstance(each, sa.Column) and each.table in items for each in parts)
        return self.source.rows if uses else self.source.bare


def computed_once(statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> sa.CTE:
    """Return a set within another as a common table, which is worked out once.

    Sets within each other are too deep for SQLite's parser; and it would work them out anew.
    """
    return statement.cte().prefix_with("MATERIALIZED")


def source_of(kind: SetKind, tenant_id: str) -> Source:
    """Return the records of the kind that the tenant can see."""
    if kind in OF_SERVICE:
        from infrastructure.estate.selection import runs  # noqa: PLC0415 - few ask for them

        return Source(kind, *runs.rows_of(kind, tenant_id))
    return _SPECIAL.get(kind, _records)(kind, tenant_id)


def item_of(rows: sa.FromClause, ci_id: Element, tenant_id: str) -> Claim:
    """Return the condition that a row of items is the item of this id."""
    return sa.and_(rows.c.tenant_id == tenant_id, rows.c.ci_id == ci_id)


def _items(kind: SetKind, tenant_id: str) -> Source:
    rows = CIS.alias()
    visible = (rows.c.tenant_id == tenant_id, rows.c.deleted_at.is_(None))
    return Source(kind, rows, dict(rows.c), (rows.c.ci_id,), visible)


def _records(kind: SetKind, tenant_id: str) -> Source:
    """Return records with their item, which databases skip where no column of it is asked for."""
    record_kind = RECORD_KINDS[kind]
    table = TABLES[record_kind].alias()
    names = (*KIND_FIELDS[kind], *OPEN_FIELDS.get(record_kind, ()))
    own = {name: table.c[name] for name in names if name in table.c}
    key = tuple(table.c[name] for name in _KEYS[kind])
    visible = (table.c.tenant_id == tenant_id,)
    if kind not in OF_ITEMS:
        return Source(kind, table, own, key, visible)
    item = CIS.alias()
    rows = table.outerjoin(item, item_of(item, table.c.ci_id, tenant_id))
    columns = {**own, "ci_code": item.c.ci_code}
    return Source(kind, rows, columns, key, visible, {"item": item}, table)


def _points(kind: SetKind, tenant_id: str) -> Source:
    point, series, item = METRIC_POINTS.alias(), METRIC_SERIES.alias(), CIS.alias()
    rows = point.join(series, series.c.series_id == point.c.series_id)
    rows = rows.join(item, item_of(item, series.c.ci_id, tenant_id))
    words = {number: word for word, number in QUALITY.items()}
    columns = {
        "series_id": series.c.series_id,
        "metric": series.c.metric_name,
        "ci_id": series.c.ci_id,
        "ci_code": item.c.ci_code,
        "measured_at": point.c.measured_at,
        "value": point.c.value,
        "quality": sa.case(words, value=point.c.quality),
    }
    key = (series.c.ci_id, series.c.metric_name, point.c.measured_at)
    visible = (series.c.tenant_id == tenant_id, item.c.deleted_at.is_(None))
    return Source(kind, rows, columns, key, visible, {"item": item})


def _relations(kind: SetKind, tenant_id: str) -> Source:
    table, source, target = RELATIONS.alias(), CIS.alias(), CIS.alias()
    rows = table.join(source, item_of(source, table.c.source_id, tenant_id))
    rows = rows.join(target, item_of(target, table.c.target_id, tenant_id))
    ends = sa.case(
        (table.c.source_id < table.c.target_id, table.c.source_id + " " + table.c.target_id),
        else_=table.c.target_id + " " + table.c.source_id,
    )
    columns = {
        "rel_type": table.c.rel_type,
        "source": source.c.ci_code,
        "target": target.c.ci_code,
        "ends": ends,
        "source_id": table.c.source_id,
        "target_id": table.c.target_id,
    }
    key = (table.c.source_id, table.c.target_id, table.c.rel_type)
    visible = (
        table.c.tenant_id == tenant_id,
        *(end.c.deleted_at.is_(None) for end in (source, target)),
    )
    return Source(kind, rows, columns, key, visible, {"source": source, "target": target})


_SPECIAL: dict[SetKind, Callable[[SetKind, str], Source]] = {
    SetKind.ITEM: _items,
    SetKind.POINT: _points,
    SetKind.RELATION: _relations,
}
_KEYS = {
    SetKind.EVENT: ("entry_id",),
    SetKind.WORK: ("work_id",),
    SetKind.MAINTENANCE: ("maintenance_id",),
    SetKind.WORK_AND_MAINTENANCE: ("source", "record_id"),
    SetKind.DOCUMENT: ("document_id",),
    SetKind.RULE: ("rule_id",),
}
