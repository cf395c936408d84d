"""This machine: hardware, processes, ports, packages and metrics, as they are now."""
