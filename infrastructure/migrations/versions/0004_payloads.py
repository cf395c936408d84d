"""The payloads: large data beside the log.

A payload is never changed, but for the time when it was put last. Who sweeps may delete it: on
SQLite the service's connections refuse to (`infrastructure.database.authorizer`) unless that is
lifted, on PostgreSQL a trigger refuses it unless `opstrail.sweep` is on in the transaction.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQLITE = (
    "CREATE TRIGGER payloads_guard_1 BEFORE UPDATE OF tenant_id, digest, size, content ON payloads"
    " BEGIN SELECT RAISE(ABORT, 'payloads are never changed'); END",
)
_POSTGRESQL = (
    # It is compressed already.
    "ALTER TABLE {schema}.payloads ALTER COLUMN content SET STORAGE EXTERNAL",
    "CREATE TRIGGER payloads_change BEFORE UPDATE OF tenant_id, digest, size, content"
    " ON {schema}.payloads FOR EACH ROW"
    " EXECUTE FUNCTION {schema}.refuse('payloads are never changed')",
    "CREATE TRIGGER payloads_delete BEFORE DELETE ON {schema}.payloads FOR EACH ROW"
    " WHEN (current_setting('opstrail.sweep', true) IS DISTINCT FROM 'on')"
    " EXECUTE FUNCTION {schema}.refuse('payloads are only swept')",
    "CREATE TRIGGER payloads_truncate BEFORE TRUNCATE ON {schema}.payloads FOR EACH STATEMENT"
    " EXECUTE FUNCTION {schema}.refuse('payloads are only swept')",
    "ALTER TABLE {schema}.payloads ENABLE ALWAYS TRIGGER payloads_change",
    "ALTER TABLE {schema}.payloads ENABLE ALWAYS TRIGGER payloads_delete",
    "ALTER TABLE {schema}.payloads ENABLE ALWAYS TRIGGER payloads_truncate",
)


def upgrade() -> None:
    op.create_table(
        "payloads",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "stored_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "digest"),
    )
    connection = op.get_bind()
    statements: tuple[str, ...] = _SQLITE
    schema = ""
    if connection.dialect.name == "postgresql":
        statements = _POSTGRESQL
        query = "SELECT quote_ident(current_schema())"
        schema = connection.exec_driver_sql(query).scalar_one()
    for statement in statements:
        op.execute(statement.replace("{schema}", schema))


def downgrade() -> None:
    message = "payloads are not taken away again: that would delete results of runs"
    raise NotImplementedError(message)
