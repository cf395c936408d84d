"""The demo estate of the acceptance tests."""

from datetime import UTC, datetime

ANCHOR = datetime(2026, 6, 30, 12, tzinfo=UTC)
DEMO, OTHER = "demo", "globex"
"""The tenant that has the demo estate, and one that has nothing."""
