"""Which generation of a projection is read, and how readers let it catch up before.

A projection is called like the table of its rows.
"""

import time
from enum import StrEnum
from typing import Final, Protocol

import sqlalchemy as sa

from domain.ports import Lag
from infrastructure.projections.tables import PROJECTIONS

CATCH_UP_SECONDS: Final = 1.0
"""How long a projection catches up at a time."""

PATIENCE_SECONDS: Final = 10.0
"""So long a reader waits for a projection that does not get on: another process may be at it."""

_LOOK_SECONDS: Final = 0.05


class Status(StrEnum):
    """Whether a generation is still being built, is the one that is read, or was replaced."""

    BUILDING = "building"
    LIVE = "live"
    RETIRED = "retired"


class CatchUp(Protocol):
    """Lets a projection catch up; see `infrastructure.projections.projections.Projections`."""

    def __call__(self, name: str, *, seconds: float) -> int:
        """Return how many events the projection still lags behind when the time is over."""


def caught_up(catch_up: CatchUp, name: str) -> Lag:
    """Let a projection come to the end of the log; return how far it still lags behind.

    It lags behind only when it did not get on for `PATIENCE_SECONDS`, or may not be moved.
    """
    from domain.services.projections import CannotMove  # noqa: PLC0415 - few reads search

    try:
        return Lag(_patiently(catch_up, name))
    except CannotMove as error:
        return Lag(error.lag, may_catch_up=False)


def _patiently(catch_up: CatchUp, name: str) -> int:
    least = lag = catch_up(name, seconds=CATCH_UP_SECONDS)
    given_up_at = time.monotonic() + PATIENCE_SECONDS
    while lag and time.monotonic() < given_up_at:
        if lag < least:
            least, given_up_at = lag, time.monotonic() + PATIENCE_SECONDS
        else:
            time.sleep(_LOOK_SECONDS)
        lag = catch_up(name, seconds=CATCH_UP_SECONDS)
    return lag


def live_generation(name: str) -> sa.ScalarSelect[int]:
    """Return the subquery for the generation that is read."""
    return (
        sa.select(PROJECTIONS.c.generation)
        .where(PROJECTIONS.c.name == name, PROJECTIONS.c.status == Status.LIVE)
        .scalar_subquery()
    )
