"""The list of runs: reading it, and finding in it the runs that a filter fits."""
