"""Who goes over a record: the build of opstrail that runs, and how exactly it compares."""

from dataclasses import dataclass
from typing import Final

from domain.figures import TOLERANCE
from domain.plan.planner import Planner


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """The build that verifies, and how far recorded floats may be from its own, relative to them.

    `build` is None where nobody says which one runs, `planner` where plans are taken as recorded.
    """

    build: str | None = None
    tolerance: float = TOLERANCE
    planner: Planner | None = None


NAMELESS: Final = Verifier()
"""Verifies as every build does that nobody set otherwise."""
