"""Views for people who query: v_runs, v_calls and v_events; see docs/reference/sql-views.md.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_VIEWS = {
    "v_runs": (
        "tenant_id, run_id, question, state, status, route, planner, actor_id AS asked_by,"
        " requested_at::timestamptz AS requested_at, updated_at::timestamptz AS updated_at,"
        " ended_at::timestamptz AS ended_at, duration_ms, waited_ms, call_count,"
        " failed_call_count, error_code, error, fingerprint AS failure_kind, origin,"
        " parent_run_id, golden, flag, version FROM run_summaries"
    ),
    "v_calls": (
        "tenant_id, run_id, call_id, attempt, tool, operation, status, error_code, error,"
        " fingerprint AS failure_kind, requested_at::timestamptz AS run_requested_at,"
        " ended_at::timestamptz AS ended_at, duration_ms FROM run_calls WHERE generation ="
        " (SELECT generation FROM projections WHERE name = 'run_calls' AND status = 'live')"
    ),
    "v_events": (
        "position, tenant_id, stream_id,"
        " CASE WHEN substr(stream_id, 1, 4) = 'run-' THEN stream_id END AS run_id, version,"
        " event_id, type, recorded_at::timestamptz AS recorded_at, actor_kind, actor_id,"
        " correlation_id, causation_id, data::json AS data FROM events"
    ),
}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, columns in _VIEWS.items():
        # SQLite keeps times and JSON as the texts that they are.
        own = columns.replace("::timestamptz", "").replace("::json", "") if is_sqlite else columns
        op.execute(f"CREATE VIEW {name} AS SELECT {own}")
        if not is_sqlite:
            _guard(name)


def _guard(view: str) -> None:
    """Refuse to write through a view, which PostgreSQL would do with the rights of its owner."""
    query = sa.text("SELECT quote_ident(current_schema())")
    schema = op.get_bind().execute(query).scalar_one()
    op.execute(
        f"CREATE TRIGGER {view}_is_read INSTEAD OF INSERT OR UPDATE OR DELETE ON {schema}.{view}"
        f" FOR EACH ROW EXECUTE FUNCTION {schema}.refuse('a view is only read')"
    )


def downgrade() -> None:
    for name in _VIEWS:
        op.execute(f"DROP VIEW IF EXISTS {name}")
