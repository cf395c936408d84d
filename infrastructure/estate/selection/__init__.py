"""Answers what a query asks of sets of records, in SQL."""
