"""Keys and sessions in the database."""
