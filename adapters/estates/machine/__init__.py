"""This machine: hardware, processes, ports, packages and metrics, as they are now."""

from adapters.estates.machine.discovery import discover

__all__ = ["discover"]
