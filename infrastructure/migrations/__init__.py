"""The versions of the database's schema, for Alembic."""
