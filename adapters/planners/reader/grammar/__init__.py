"""The rules by which the senses of words become a query, by theme."""
