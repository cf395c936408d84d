"""Payloads: large data beside the log, in the same database."""
