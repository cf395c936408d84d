"""The reader: questions into queries, by words kept as data and a small typed grammar."""
