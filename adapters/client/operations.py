"""The operations of the service; `operations.pyi`, which is made, has their types."""

from .groups import Groups


class Operations(Groups):
    """Every operation as a method that returns what came of it."""


class AsyncOperations(Groups):
    """Every operation as a method to be awaited."""
