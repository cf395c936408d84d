"""What a projection is: which events it looks at, and which rows it makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from domain.run.events import HistoryEntry


@dataclass(frozen=True, slots=True)
class View:
    """The table of a projection: the columns of its key in a generation, and its values."""

    table: sa.Table
    key: tuple[str, ...]
    values: tuple[str, ...]

    def of(self, generation: int) -> sa.ColumnElement[bool]:
        """Return what the rows of a generation have in common."""
        return self.table.c.generation == generation


class Projection(Protocol):
    """Turns events into the rows of a view; the same rows in whatever portions the events come."""

    @property
    def name(self) -> str:
        """The name of the projection, as commands and checkpoints have it."""

    @property
    def types(self) -> frozenset[str]:
        """The stored types of the events that it reads."""

    @property
    def view(self) -> View:
        """The table of its rows."""

    def apply(
        self, connection: sa.Connection, entries: Sequence[HistoryEntry], *, generation: int
    ) -> None:
        """Add events, in order of position, to a generation, in the caller's transaction.

        Whatever it raises, but `DatabaseUnavailable`, is the fault of an event.
        """
