"""Runs as files for people and programs elsewhere."""
