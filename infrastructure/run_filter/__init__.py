"""Filters of runs on SQL."""
