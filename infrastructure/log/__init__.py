"""The log of all runs as a whole: reading it in order, waiting for more of it, verifying it."""
