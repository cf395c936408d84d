"""Whether the open fields that an ask names are there, so that none is taken for empty."""

from collections.abc import Iterator

import sqlalchemy as sa
from pydantic import JsonValue

from domain.estate.fields import OPEN_FIELDS, RecordKind
from domain.json import as_map, as_text, as_texts
from domain.query.model import Ask
from domain.query.sets import SetKind
from infrastructure.database.json_sql import open_text
from infrastructure.estate.columns import ColumnLookup
from infrastructure.estate.tables import CIS

_NAMING = ("field", "fields", "group", "by", "distinct")
_OWNERS = ("item", "source", "target")


def require_known(connection: sa.Connection, tenant_id: str, ask: Ask) -> None:
    """Raise `UnknownField`, listing those there are, for an open field that no item has."""
    lookup = ColumnLookup(connection, tenant_id, RecordKind.CI)
    asked = ask.model_dump(mode="json", exclude_defaults=True)
    for name in sorted({*_open(asked, ask.of[0].kind)}):
        document, _, key = name.partition(".")
        has_it = sa.and_(CIS.c.tenant_id == tenant_id, CIS.c.deleted_at.is_(None))
        value = open_text(CIS.c[document], key)
        found = sa.select(sa.literal(1)).where(has_it, value.is_not(None)).limit(1)
        if connection.scalar(found) is None:
            lookup.column(name)


def _open(part: JsonValue, kind: str) -> Iterator[str]:
    """Yield the open fields of items that a part of an ask about records of the kind names."""
    for each in part if isinstance(part, list) else ():
        yield from _open(each, kind)
    if not isinstance(part, dict):
        return
    kind = as_text(part.get("kind") or as_map(part.get("of")).get("kind")) or kind
    for name, value in part.items():
        for each in as_texts(value) or [as_text(value)] if name in _NAMING else ():
            owner, dot, rest = each.partition(".")
            field = rest if owner in _OWNERS else each
            is_of_item = owner in _OWNERS or kind == SetKind.ITEM
            if dot and is_of_item and field.partition(".")[0] in OPEN_FIELDS[RecordKind.CI]:
                yield field
        yield from _open(value, kind)
