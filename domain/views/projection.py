"""Projections, the views that follow the log on their own: how far they are, and rebuilds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pydantic import JsonValue

from domain.views.json_form import View

Values = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class ParkedStream:
    """A stream that stays as it was before the event at `position`."""

    tenant_id: str
    stream_id: str
    position: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionStatus:
    """How far a generation of a projection is.

    `lag` is the number of events that the log has beyond its position. `problem` says why it
    cannot go on. `parked` are the first of its parked streams. `lease_until` is there while a
    process is moving it.
    """

    name: str
    generation: int
    status: str
    position: int
    lag: int
    problem: str | None
    lease_until: str | None
    parked_count: int
    parked: tuple[ParkedStream, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A key whose values differ; None where a generation does not have it."""

    key: Values
    live: Values | None
    rebuilt: Values | None


@dataclass(frozen=True, slots=True)
class Equivalence:
    """How many keys have the same values in both, how many do not, and the first of those."""

    equal_count: int
    differing_count: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What a rebuild of a projection came to.

    `incomparable` says why there is no comparison: the live generation has read another log than
    the present one. What is not swapped is left as it was built, until the next rebuild.
    `is_equal` says whether both generations were compared and say the same.
    """

    name: str
    live_generation: int
    rebuilt_generation: int
    position: int
    equivalence: Equivalence | None
    incomparable: str | None
    live_parked_count: int
    rebuilt_parked_count: int
    is_swapped: bool
    is_equal: bool


class LineFault(StrEnum):
    """What was wrong with a line of the run list; unreadable are the events of its run."""

    MISSING = "missing"
    DIFFERENT = "different"
    EXTRA = "extra"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class RepairedLine:
    """A line that was repaired; an extra one was of a run that there is not.

    `fields` are those in which a different one was not what the events say. One of a run whose
    events are not as they were written, and so unreadable, was left as it is.
    """

    tenant_id: str
    run_id: str
    was: LineFault
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuiltRunList:
    """How many runs there are, how many lines were not what their events say, and the first 20."""

    run_count: int
    changed_count: int
    missing_count: int = 0
    different_count: int = 0
    extra_count: int = 0
    unreadable_count: int = 0
    repaired: tuple[RepairedLine, ...] = ()


PROJECTIONS: Final[View[list[ProjectionStatus]]] = View("projections", list[ProjectionStatus])
REBUILD: Final[View[RebuildReport]] = View("rebuild", RebuildReport)
RUN_LIST_REBUILD: Final[View[RebuiltRunList]] = View("run-list-rebuild", RebuiltRunList)


def rebuild_sentence(report: RebuildReport) -> str:
    """Return what a rebuild found, and which generation is live now."""
    found = "They are equal" if report.is_equal else "They differ"
    if report.incomparable:
        found = f"They cannot be compared ({report.incomparable})"
    return f"{found}: the {'rebuilt one is live' if report.is_swapped else 'live one stays'}."
