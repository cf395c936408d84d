"""The database that the service owns: opening it, its schema, and the errors of the disk below."""
