"""Bulk replays: all runs of a filter are verified, rerun, forked or resumed, on one record."""
