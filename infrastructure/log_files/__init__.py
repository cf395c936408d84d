"""A log as a file: exported from one database, imported into another, every hash kept."""
