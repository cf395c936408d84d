"""The projections: checkpoints, parked streams, tool statistics, and the search in runs.

The words of runs are indexed by the database's own means: FTS5 on SQLite, a tsvector with a GIN
index on PostgreSQL. Triggers on `run_search` keep the index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IS_LIVE = sa.text("status = 'live'")

# The tenant is a word of its own: a search goes through the words of one tenant only.
_NEW = (
    "(new.id, 'x' || hex(new.tenant_id),"
    " coalesce(new.question, '') || ' ' || coalesce(new.answer, ''))"
)
_OLD = (
    "('delete', old.id, 'x' || hex(old.tenant_id),"
    " coalesce(old.question, '') || ' ' || coalesce(old.answer, ''))"
)
_INTO = "INSERT INTO run_search_words"
_ADD = f"{_INTO} (rowid, tenant, words) VALUES {_NEW};"
_REMOVE = f"{_INTO} (run_search_words, rowid, tenant, words) VALUES {_OLD};"
_SQLITE = (
    # Without content of its own: the words are in run_search. Accents are gone already.
    "CREATE VIRTUAL TABLE run_search_words USING"
    " fts5(tenant, words, content='', tokenize='unicode61 remove_diacritics 0')",
    f"CREATE TRIGGER run_search_inserted AFTER INSERT ON run_search BEGIN {_ADD} END",
    f"CREATE TRIGGER run_search_updated AFTER UPDATE ON run_search BEGIN {_REMOVE} {_ADD} END",
    f"CREATE TRIGGER run_search_deleted AFTER DELETE ON run_search BEGIN {_REMOVE} END",
)
_POSTGRESQL = (
    "CREATE TABLE run_search_words (id bigint PRIMARY KEY"
    " REFERENCES run_search (id) ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX run_search_words_words ON run_search_words USING gin (words)",
    """
    CREATE FUNCTION run_search_indexed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO run_search_words (id, words) VALUES (
            NEW.id,
            to_tsvector('simple', coalesce(NEW.question, '') || ' ' || coalesce(NEW.answer, ''))
        ) ON CONFLICT (id) DO UPDATE SET words = excluded.words;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER run_search_indexed AFTER INSERT OR UPDATE ON run_search"
    " FOR EACH ROW EXECUTE FUNCTION {schema}.run_search_indexed()",
)


def upgrade() -> None:
    _create_checkpoints()
    _create_tool_statistics()
    _create_run_search()
    if op.get_bind().dialect.name == "sqlite":
        for statement in _SQLITE:
            op.execute(statement)
        return
    # Named, as a function among temporary objects is not found otherwise: `opstrail db check`.
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for statement in _POSTGRESQL:
        op.execute(statement.replace("{schema}", schema))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER run_search_indexed ON run_search")
        op.execute("DROP FUNCTION run_search_indexed()")
    for table in (
        "run_search_words",
        "run_search",
        "tool_statistics",
        "parked_streams",
        "projections",
    ):
        op.drop_table(table)


def _create_checkpoints() -> None:
    op.create_table(
        "projections",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("log_hash", sa.LargeBinary(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", "generation"),
    )
    op.create_index(
        "projections_live",
        "projections",
        ["name"],
        unique=True,
        sqlite_where=_IS_LIVE,
        postgresql_where=_IS_LIVE,
    )
    op.create_table(
        "parked_streams",
        sa.Column("projection", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("stream_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("projection", "generation", "tenant_id", "stream_id"),
    )


def _create_tool_statistics() -> None:
    op.create_table(
        "tool_statistics",
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("tool", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_count", sa.BigInteger(), nullable=False),
        sa.Column("error_count", sa.BigInteger(), nullable=False),
        sa.Column("total_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("generation", "tenant_id", "hour", "tool", "operation", "bucket"),
    )


def _create_run_search() -> None:
    op.create_table(
        "run_search",
        sa.Column("id", _ID, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("generation", "tenant_id", "run_id", name="run_search_run"),
    )
