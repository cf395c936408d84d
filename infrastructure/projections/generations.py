"""Which generation of a projection is read, and how readers let it catch up before.

A projection is called like the table of its rows.
"""

from enum import StrEnum
from typing import Final, Protocol

import sqlalchemy as sa

from infrastructure.projections.tables import PROJECTIONS

CATCH_UP_SECONDS: Final = 1.0
"""How long a reader lets a projection catch up before it reads what is there."""


class Status(StrEnum):
    """Whether a generation is still being built, is the one that is read, or was replaced."""

    BUILDING = "building"
    LIVE = "live"
    RETIRED = "retired"


class CatchUp(Protocol):
    """Lets a projection catch up; see `infrastructure.projections.projections.Projections`."""

    def __call__(self, name: str, *, seconds: float) -> int:
        """Return how many events the projection still lags behind when the time is over."""


def live_generation(name: str) -> sa.ScalarSelect[int]:
    """Return the subquery for the generation that is read."""
    return (
        sa.select(PROJECTIONS.c.generation)
        .where(PROJECTIONS.c.name == name, PROJECTIONS.c.status == Status.LIVE)
        .scalar_subquery()
    )
