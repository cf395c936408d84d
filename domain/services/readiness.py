"""Whether a server can do its work, and what is under way on its database."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from domain.views.database import Condition


class UnderWay(NamedTuple):
    """How many runs of a state have such a lease: held, set_down or run_out.

    What is no run has the state "none".
    """

    state: str
    lease: str
    run_count: int


class Readiness(Protocol):
    """Looks at a database as a whole; nothing that it tells is of one tenant."""

    def conditions(self) -> Iterable[Condition]:
        """Yield what a server needs, and what keeps it from its work.

        Raises what the database raises where it cannot be asked.
        """

    def under_way(self) -> Sequence[UnderWay]:
        """Return what has a lease."""

    def lags(self) -> Mapping[str, int]:
        """Return by how many events each projection lags behind."""
