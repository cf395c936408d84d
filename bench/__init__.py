"""Benchmarks: what opstrail costs, measured side by side in one run."""
