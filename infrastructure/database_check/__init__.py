"""The check of a whole database, and what of it only SQLite or only PostgreSQL has."""
