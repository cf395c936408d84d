"""The table of circuit breakers: the circuits that have failed since they last answered."""

import sqlalchemy as sa

from infrastructure.database.metadata import METADATA, keys, optional, required

CIRCUIT_BREAKERS = sa.Table(
    "circuit_breakers",
    METADATA,
    *keys("tenant_id", "tool", "operation"),
    *required(sa.Integer, "failure_count"),
    *optional(sa.DateTime(timezone=True), "opened_at", "probe_until"),
)
"""By the database's own clock; see `domain.tools.policies.breakers.Breakers`."""
