"""The run list is guarded: a line changes with the events of its run only, and is sealed.

Lines that are there already get their seals from what they say. Who repairs the list takes the
guards off for as long as it takes: on SQLite the triggers, on PostgreSQL by `opstrail.repair`.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from infrastructure.event_store.line_seal import NAMES, line_seal
from infrastructure.migrations.append_batch import define_append_batch

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BEFORE = ["flag", "waited_ms"]
_OF_STREAM = (
    "(SELECT version FROM streams WHERE tenant_id = NEW.tenant_id AND stream_id = NEW.run_id)"
)
_OTHER_RUN = "NEW.tenant_id <> OLD.tenant_id OR NEW.run_id <> OLD.run_id"
_IS_CHANGED = f"{_OTHER_RUN} OR NEW.version <= OLD.version"
_WITH_EVENTS = "the line of a run changes with its events only"
_NEVER_DELETED = "the lines of runs are never deleted"
_SQLITE = (
    ("UPDATE", f"{_IS_CHANGED} OR NEW.version IS NOT {_OF_STREAM}", _WITH_EVENTS),
    ("DELETE", "1", _NEVER_DELETED),
    (
        "INSERT",
        f"NEW.version IS NOT {_OF_STREAM} OR EXISTS (SELECT 1 FROM run_summaries WHERE tenant_id ="  # noqa: S608
        " NEW.tenant_id AND run_id = NEW.run_id AND version >= NEW.version)",
        _WITH_EVENTS,
    ),
)
_NO_REPAIR = "current_setting('opstrail.repair', true) IS DISTINCT FROM 'on'"
_POSTGRESQL = (
    ("change", f"UPDATE|ROW WHEN ({_NO_REPAIR} AND ({_IS_CHANGED}))", _WITH_EVENTS),
    ("delete", f"DELETE|ROW WHEN ({_NO_REPAIR})", _NEVER_DELETED),
    ("truncate", "TRUNCATE|STATEMENT", _NEVER_DELETED),
)


def upgrade() -> None:
    op.add_column("run_summaries", sa.Column("seal", sa.LargeBinary(), nullable=True))
    define_append_batch([*_BEFORE, "seal"])
    _seal_lines(op.get_bind())
    for statement in _guards(op.get_bind()):
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, _, _ in _POSTGRESQL:
            op.execute(f"DROP TRIGGER IF EXISTS run_summaries_{name} ON run_summaries")
    else:
        for number in range(1, len(_SQLITE) + 1):
            op.execute(f"DROP TRIGGER IF EXISTS run_summaries_guard_{number}")
    define_append_batch(_BEFORE)
    op.drop_column("run_summaries", "seal")


def _guards(connection: sa.Connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        return [
            f"CREATE TRIGGER run_summaries_guard_{number} BEFORE {action} ON run_summaries"
            f" WHEN {refused} BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for number, (action, refused, message) in enumerate(_SQLITE, start=1)
        ]
    schema = connection.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    statements = []
    for name, what, message in _POSTGRESQL:
        action, each = what.split("|")
        statements += [
            f"CREATE TRIGGER run_summaries_{name} BEFORE {action} ON {schema}.run_summaries"
            f" FOR EACH {each} EXECUTE FUNCTION {schema}.refuse('{message}')",
            f"ALTER TABLE {schema}.run_summaries ENABLE ALWAYS TRIGGER run_summaries_{name}",
        ]
    return statements


def _seal_lines(connection: sa.Connection) -> None:
    query = sa.text(
        "SELECT r.*, s.head_hash FROM run_summaries AS r JOIN streams AS s"
        " ON s.tenant_id = r.tenant_id AND s.stream_id = r.run_id"
        " WHERE (r.tenant_id, r.run_id) > (:tenant, :run) ORDER BY r.tenant_id, r.run_id LIMIT 500"
    )
    update = sa.text(
        "UPDATE run_summaries SET seal = :seal WHERE tenant_id = :tenant_id AND run_id = :run_id"
    ).bindparams(sa.bindparam("seal", type_=sa.LargeBinary))
    last = {"tenant": "", "run": ""}
    while rows := connection.execute(query, last).mappings().all():
        sealed = [
            {
                "tenant_id": row["tenant_id"],
                "run_id": row["run_id"],
                "seal": line_seal([row.get(name) for name in NAMES], bytes(row["head_hash"])),
            }
            for row in rows
        ]
        connection.execute(update, sealed)
        last = {"tenant": rows[-1]["tenant_id"], "run": rows[-1]["run_id"]}
