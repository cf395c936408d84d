"""The record of a run as the engine is driven over it: its plan, its answers, nothing called."""
