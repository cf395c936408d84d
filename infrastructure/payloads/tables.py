"""The table of payloads. Triggers and the authorizer guard it: see migration 0004."""

import sqlalchemy as sa

from infrastructure.database.metadata import METADATA

PAYLOADS = sa.Table(
    "payloads",
    METADATA,
    sa.Column("tenant_id", sa.Text, primary_key=True),
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    # When it was put last, by the database's own clock, as that of a sweep.
    sa.Column(
        "stored_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    ),
    # The last column: SQLite then rewrites nothing of it when `stored_at` changes.
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""Large data by tenant and digest; see `domain.payloads.Payload`."""

PAYLOAD_KEY = sa.tuple_(PAYLOADS.c.tenant_id, PAYLOADS.c.digest)
