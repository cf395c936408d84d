"""PostgreSQL's function for appending, defined whole for the columns that the run list has."""

from collections.abc import Sequence
from pathlib import Path

from alembic import op

_TEXT = Path(__file__).with_name("versions") / "append_batch.sql"


def define_append_batch(columns: Sequence[str] = ()) -> None:
    """Define the function; `columns` are those that the run list has got since migration 0007.

    SQLite has no such function.
    """
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    parts = {
        "{schema}": schema,
        "{columns}": "".join(f", {name}" for name in columns),
        "{values}": "".join(f", r.{name}" for name in columns),
        "{assignments}": "".join(f", {name} = excluded.{name}" for name in columns),
    }
    text = _TEXT.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(name, part)
    connection.exec_driver_sql(text)
