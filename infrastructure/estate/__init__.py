"""The estate's tables in the database, and the reading and writing of them."""
