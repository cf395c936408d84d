"""Inserting rows, or updating those whose key is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from sqlalchemy.dialects import postgresql

    Upsert = sqlite.Insert | postgresql.Insert


def upsert(table: sa.Table, dialect: sa.Dialect, *, values: Sequence[str] | None = None) -> Upsert:
    """Return the statement that writes a row; where its key exists it replaces some values.

    Without `values` these are all that are not part of the key.
    """
    statement = insert_into(table, dialect)
    keys = list(table.primary_key.columns)
    names = values or [column.name for column in table.columns if column not in keys]
    changed = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def insert_into(table: sa.Table, dialect: sa.Dialect) -> Upsert:
    """Return the database's own INSERT, which can say what to do about a key that exists."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - slow, and nothing to SQLite

    return postgresql.insert(table)
