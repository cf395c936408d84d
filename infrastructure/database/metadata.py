"""The one collection of table definitions that migrations are compared with, and their columns."""

from typing import Any, Final

import sqlalchemy as sa

METADATA = sa.MetaData()

NUMBERED_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Only an INTEGER PRIMARY KEY is SQLite's row id itself, which VACUUM then never renumbers."""

_CONDITION: Final = "where"

ColumnType = type[sa.types.TypeEngine[Any]] | sa.types.TypeEngine[Any]


def keys(*names: str) -> list[sa.Column[str]]:
    """Return columns of text that are part of the primary key."""
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def number_key(name: str) -> sa.Column[int]:
    """Return a column of whole numbers, given by us, that is part of the primary key."""
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def required(kind: ColumnType, *names: str) -> list[sa.Column[Any]]:
    """Return columns that have a value in every row."""
    return [sa.Column(name, kind, nullable=False) for name in names]


def optional(kind: ColumnType, *names: str) -> list[sa.Column[Any]]:
    """Return columns that may have no value."""
    return [sa.Column(name, kind) for name in names]


def filled_later(kind: ColumnType, *names: str) -> list[sa.Column[Any]]:
    """Return columns of text that came to a table which had rows already: empty in these."""
    return [sa.Column(name, kind, nullable=False, server_default="") for name in names]


def stamp(name: str) -> sa.Column[Any]:
    """Return a column for the time of writing, by the database's own clock."""
    kind = sa.DateTime(timezone=True)
    return sa.Column(name, kind, nullable=False, server_default=sa.func.now())


def partial_index(
    name: str,
    *columns: str | sa.ColumnElement[Any],
    where: sa.ColumnElement[bool] | sa.TextClause,
    unique: bool = False,
) -> sa.Index:
    """Return an index of only those rows that fit the condition; see `whole_metadata`."""
    known = {_CONDITION: where}
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, info=known)


def whole_metadata() -> sa.MetaData:
    """Return METADATA, in which partial indexes have their conditions on PostgreSQL, too.

    To say them imports its dialect, which takes longer than many a command on SQLite: only who
    makes or compares the tables of PostgreSQL from it asks for them.
    """
    for table in METADATA.tables.values():
        for index in table.indexes:
            if _CONDITION in index.info:
                index.dialect_kwargs["postgresql_where"] = index.info[_CONDITION]
    return METADATA
