"""Bulk replays: all runs that a filter fits are verified, rerun or forked, on one record."""
