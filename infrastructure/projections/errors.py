"""The errors of projections; those of the database and of the log come beside them.

ProjectionError
├── UnknownProjection   there is no projection of this name
├── ProjectionBusy      somebody else is moving it
└── Fenced              somebody else has moved it, or may move it now: nothing was written
"""

from collections.abc import Iterable


class ProjectionError(Exception):
    """The root of the errors of this module."""


class UnknownProjection(ProjectionError):
    """There is no projection of this name."""

    def __init__(self, name: str, *, known: Iterable[str]) -> None:
        """Keep the facts."""
        self.name, self.known = name, list(known)
        super().__init__(f"no projection {name!r}; there are: {', '.join(self.known)}")


class ProjectionBusy(ProjectionError):
    """Somebody else is moving the projection."""

    def __init__(self, name: str, *, generation: int, lease_until: str | None) -> None:
        """Keep the facts; after `lease_until` anybody may move it."""
        self.name, self.generation, self.lease_until = name, generation, lease_until
        super().__init__(
            f"projection {name}, generation {generation}, is being moved by another process"
            f" until {lease_until or 'it is done'}: try again then"
        )


class Fenced(ProjectionError):
    """Somebody else has moved the projection, or may move it now: nothing was written."""

    def __init__(self, name: str, *, generation: int, position: int) -> None:
        """Keep the facts; `position` is where this process had left it."""
        self.name, self.generation, self.position = name, generation, position
        super().__init__(
            f"projection {name}, generation {generation}, was taken over by another process"
            f" at position {position}: nothing was written"
        )
