"""The append-only log of events: on SQLite, in memory, and the verification of what is stored."""
