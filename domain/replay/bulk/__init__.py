"""Bulk replays: all runs that a filter fits are verified, rerun, forked or resumed, on one record."""
