"""The append-only store of events: on SQLite, on PostgreSQL and in memory."""
