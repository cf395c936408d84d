"""Which column answers for which field of which kind of record."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.estate.errors import UnknownField
from domain.estate.fields import FIELDS, OPEN_FIELDS, FieldType, RecordKind
from infrastructure.estate.derived_tables import AUDIT_LOG, WORK_AND_MAINTENANCE
from infrastructure.estate.tables import (
    CEP_RULES,
    CIS,
    DOCUMENTS,
    EVENT_LOG,
    MAINTENANCE_HISTORY,
    WORK_HISTORY,
)

TABLES: dict[RecordKind, sa.FromClause] = {
    RecordKind.CI: CIS,
    RecordKind.EVENT_LOG: EVENT_LOG,
    RecordKind.WORK: WORK_HISTORY,
    RecordKind.MAINTENANCE: MAINTENANCE_HISTORY,
    RecordKind.DOCUMENT: DOCUMENTS,
    RecordKind.CEP_RULE: CEP_RULES,
    RecordKind.WORK_AND_MAINTENANCE: WORK_AND_MAINTENANCE,
    RecordKind.AUDIT_LOG: AUDIT_LOG,
}


@dataclass(frozen=True, slots=True)
class PlainColumn:
    """A field that every record of the kind has."""

    name: str
    type: FieldType
    sql: sa.ColumnElement[Any]


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """A key of an open field, as `tags.role`; records may lack it, values are of any type."""

    name: str
    document: sa.ColumnElement[Any]
    key: str


Column = PlainColumn | OpenColumn


def source_of(kind: RecordKind) -> sa.FromClause:
    """Return what records of the kind are selected from: history brings its item's code."""
    table = TABLES[kind]
    if kind is RecordKind.CI or "ci_id" not in table.c:
        return table
    same_ci = sa.and_(CIS.c.tenant_id == table.c.tenant_id, CIS.c.ci_id == table.c.ci_id)
    # Every record has its item, so an outer join finds the same; databases skip it where no
    # column of the item is asked for.
    return table.outerjoin(CIS, same_ci)


def visible(kind: RecordKind, tenant_id: str) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that keep to the tenant's records and leave out soft-deleted items."""
    conditions = [TABLES[kind].c.tenant_id == tenant_id]
    if kind is RecordKind.CI:
        conditions.append(CIS.c.deleted_at.is_(None))
    return conditions


def class_of(items: sa.FromClause) -> sa.ColumnElement[str]:
    """Return the column of what items are: the subtype, or the type of those without one."""
    return sa.func.coalesce(sa.func.nullif(items.c.ci_subtype, ""), items.c.ci_type)


def plain_column(kind: RecordKind, name: str) -> PlainColumn:
    """Return the column of a field that is listed in `FIELDS`."""
    columns = TABLES[kind].c
    sql = columns[name] if name in columns else CIS.c[name]
    return PlainColumn(name, FIELDS[kind][name], sql)


@dataclass(frozen=True, slots=True)
class ColumnLookup:
    """Finds the columns of one tenant's records of one kind.

    The keys of open fields are those that the records have now.
    """

    connection: sa.Connection
    tenant_id: str
    kind: RecordKind

    def column(self, name: str) -> Column:
        """Return the field's column. Raises `UnknownField`, also for a key that no record has."""
        if name in FIELDS[self.kind]:
            return plain_column(self.kind, name)
        prefix, dot, key = name.partition(".")
        if not dot or prefix not in OPEN_FIELDS.get(self.kind, ()):
            open_names = (f"{each}.<key>" for each in OPEN_FIELDS.get(self.kind, ()))
            raise UnknownField(self.kind, field=name, allowed=[*FIELDS[self.kind], *open_names])
        document = TABLES[self.kind].c[prefix]
        keys = self._keys(document)
        if key not in keys:
            raise UnknownField(self.kind, field=name, allowed=[f"{prefix}.{k}" for k in keys])
        return OpenColumn(name, document, key)

    def _keys(self, document: sa.ColumnElement[Any]) -> set[str]:
        entries = sa.func.json_each(document).table_valued("key")
        statement = (
            sa.select(entries.c.key)
            .select_from(TABLES[self.kind].join(entries, sa.true()))
            .where(*visible(self.kind, self.tenant_id))
            .distinct()
        )
        return set(self.connection.scalars(statement))
