"""Retiring records: items go out of sight, other records out of the tables; each is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from infrastructure.database.json_sql import values_of
from infrastructure.estate.change_chunks import ChangeChunks
from infrastructure.estate.dataset_checks import KEYS
from infrastructure.estate.merging import (
    TABLES,
    Key,
    RecordTable,
    defaults_of,
    items_of,
    rows_of_keys,
    told,
)
from infrastructure.estate.tables import CIS, RELATIONS

_AT_ONCE: Final = 500
_BY_NAME: Final = {table.name: table for table in TABLES}
OWNED: Final = tuple(table for table in TABLES if table.is_owned)
"""The lists of which a source can retire what it brings no more."""


@dataclass(frozen=True, slots=True)
class Retiring:
    """Retires records of one tenant, within the caller's transaction."""

    connection: sa.Connection
    tenant_id: str
    codes: Mapping[str, str]
    chunks: ChangeChunks
    at: datetime

    def retire(self, name: str, keys: Sequence[Key]) -> None:
        """Retire the records with these keys; items go with all their relations."""
        of = _BY_NAME[name]
        if of.table is CIS and keys:
            self.retire("relations", self._relations_of([ci_id for (ci_id,) in keys]))
        defaults = defaults_of(of)
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            for key, row in rows_of_keys(self.connection, self.tenant_id, of, some):
                values = {field: row[field] for field in of.fields}
                items = items_of(name, values, self.codes)
                before = told(values, defaults)
                self.chunks.note(name, key, "retired", items=items, before=before, after={})
            self.connection.execute(self._gone(of, some))

    def keys_of_source(self, of: RecordTable, source: str) -> list[Key]:
        """Return the keys of what the source has brought; of items, of those that can be seen."""
        query = self._keys(of).where(of.table.c.source == source)
        if of.table is CIS:
            query = query.where(CIS.c.deleted_at.is_(None))
        return [tuple(row) for row in self.connection.execute(query)]

    def _relations_of(self, ci_ids: Sequence[str]) -> list[Key]:
        """Return the keys of the relations that begin or end at one of the items."""
        ends = (RELATIONS.c.source_id, RELATIONS.c.target_id)
        found: dict[Key, None] = {}
        for end in ends:  # one by one: each has an index
            query = self._keys(_BY_NAME["relations"]).where(end.in_(values_of(ci_ids)))
            found |= {tuple(row): None for row in self.connection.execute(query)}
        return list(found)

    def _keys(self, of: RecordTable) -> sa.Select[Any]:
        columns = (of.table.c[name] for name in KEYS[of.name])
        return sa.select(*columns).where(of.table.c.tenant_id == self.tenant_id)

    def _gone(self, of: RecordTable, keys: Sequence[Key]) -> sa.Update | sa.Delete:
        these = (of.table.c.tenant_id == self.tenant_id, of.key.in_(keys))
        if of.table is CIS:
            return sa.update(CIS).where(*these).values(deleted_at=self.at)
        return sa.delete(of.table).where(*these)
