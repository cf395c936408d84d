"""Projections, the views that follow the log on their own, and what can go wrong with one.

ProjectionError
├── UnknownProjection   there is no projection of this name
├── CannotMove          it may only be read here
├── ProjectionBusy      somebody else is moving it
└── Fenced              somebody else has moved it, or may move it now: nothing was written
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.views.projection import ProjectionStatus, RebuildReport, RebuiltRunList


class ProjectionError(Exception):
    """The root of the errors of this module."""


class UnknownProjection(ProjectionError):
    """There is no projection of this name."""

    def __init__(self, name: str, *, known: Iterable[str]) -> None:
        self.name, self.known = name, list(known)
        super().__init__(f"no projection {name!r}; there are: {', '.join(self.known)}")


class CannotMove(ProjectionError):
    """The projection may only be read here: this user may not write the database."""

    def __init__(self, name: str, *, lag: int) -> None:
        """Keep the facts; it lags behind by so many events."""
        self.name, self.lag = name, lag
        super().__init__(
            f"projection {name} lags {lag} events behind, and this user may not move it"
        )


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


class Projections(Protocol):
    """The projections of a database. They are moved when somebody reads them, or asks here.

    Everything that takes a name raises `UnknownProjection`.
    """

    @property
    def names(self) -> list[str]:
        """The names of all projections."""

    def statuses(self, name: str) -> list[ProjectionStatus]:
        """Return how far each generation is, the oldest first."""

    def catch_up(self, name: str, *, seconds: float) -> int:
        """Move the live generation to the end of the log; return how many events it lags behind.

        It stops when the time is over, and gives way to another process that is at it. Raises
        `ForkedLog` when the projection has read another log than the present one, and
        `CannotMove`.
        """

    def rebuild(self, name: str, *, keep_old: bool, accept_differences: bool) -> RebuildReport:
        """Build a projection beside the live one, compare both, and swap them if nothing differs.

        Raises `ProjectionBusy`, `Fenced`.
        """

    def rebuild_run_list(self) -> RebuiltRunList:
        """Write every line of the run list again, from the events; runs may go on meanwhile."""
