"""PostgreSQL's function for appending, defined whole for the columns that the run list has."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from alembic import op

_TEXT = Path(__file__).with_name("versions") / "append_batch.sql"
_LEASES: Final = {
    "{lease_columns}": ", lease_owner text, takes_lease boolean",
    "{lease_condition}": """
            AND NOT (takes_lease AND EXISTS (
                SELECT FROM run_leases AS l
                WHERE l.tenant_id = looked.tenant_id AND l.stream_id = looked.stream_id
                    AND l.owner <> looked.lease_owner AND l.expires_at > clock_timestamp()
            ))""",
    "{lease_changes}": """
        -- Of the database's clock, and counted from now: the transaction may have waited.
        INSERT INTO run_leases AS l (tenant_id, stream_id, owner, epoch, expires_at)
        SELECT r.tenant_id, r.stream_id, r.lease_owner, 1,
            clock_timestamp() + r.lease_seconds * interval '1 second'
        FROM json_to_recordset(requests) AS r (
            no bigint, tenant_id text, stream_id text, lease_owner text,
            lease_seconds double precision, ends_lease boolean
        ) WHERE fitting[r.no] AND r.lease_owner IS NOT NULL AND NOT r.ends_lease
        ON CONFLICT (tenant_id, stream_id) DO UPDATE SET
            owner = excluded.owner, expires_at = excluded.expires_at,
            epoch = l.epoch + (l.owner <> excluded.owner)::integer;

        DELETE FROM run_leases AS l USING json_to_recordset(requests) AS r (
            no bigint, tenant_id text, stream_id text, ends_lease boolean
        ) WHERE fitting[r.no] AND r.ends_lease
            AND l.tenant_id = r.tenant_id AND l.stream_id = r.stream_id;
""",
}


def define_append_batch(columns: Sequence[str] = (), *, has_leases: bool = False) -> None:
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
        **(_LEASES if has_leases else dict.fromkeys(_LEASES, "")),
    }
    text = _TEXT.read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace(name, part)
    connection.exec_driver_sql(text)
