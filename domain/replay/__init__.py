"""Replay: driving a recorded run again, and comparing runs."""
