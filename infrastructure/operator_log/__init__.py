"""The operator log in the database."""
