"""Inserting rows, or updating those whose key is there."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Upsert = sqlite.Insert | postgresql.Insert


def upsert(table: sa.Table, dialect: sa.Dialect) -> Upsert:
    """Return the statement that writes a row, replacing all but its key where the key exists."""
    statement = insert_into(table, dialect)
    keys = list(table.primary_key.columns)
    changed = {c.name: statement.excluded[c.name] for c in table.columns if c not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def insert_into(table: sa.Table, dialect: sa.Dialect) -> Upsert:
    """Return the database's own INSERT, which can say what to do about a key that exists."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)
