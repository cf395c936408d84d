"""The check of a whole database; SQLite and PostgreSQL have a part of their own each."""
