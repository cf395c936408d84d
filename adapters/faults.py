"""The errors that a caller can meet, by what they are to the caller: the table of every face.

The command line makes exit codes of it, HTTP makes statuses.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from domain.errors import (
    CannotBeGolden,
    Conflict,
    IllegalTransition,
    KeyReused,
    NotEnded,
    NotFlaggedWrong,
    NotFound,
    NotWaiting,
    OpstrailError,
    Refused,
)


class Fault(StrEnum):
    """What went wrong, as a caller sees it."""

    MISSING = "missing"
    """What was named is not there, or not for this caller."""
    STATE = "state"
    """What was named is in a state in which this is not possible."""
    MISUSED = "misused"
    """What was asked is not allowed, whatever the state."""
    REUSED = "reused"
    """A key came again with other content."""
    EMPTY = "empty"
    """There is nothing yet that it could be done with."""
    CONFLICT = "conflict"
    """Somebody else was first."""
    BUSY = "busy"
    """The database cannot be used now."""
    OURS = "ours"
    """What is stored contradicts itself, or a file cannot be used."""


_STATE: Final = (IllegalTransition, NotEnded, NotWaiting, CannotBeGolden, NotFlaggedWrong)


def fault_of(error: Exception) -> Fault | None:
    """Return what the error is to the caller; None when nobody foresaw it."""
    return fault_of_kind(type(error))


def fault_of_kind(kind: type[Exception]) -> Fault | None:
    """Return what errors of this kind are to the caller."""
    return next((fault for kinds, fault in _table() if issubclass(kind, kinds)), None)


def _table() -> Iterator[tuple[tuple[type[Exception], ...], Fault]]:
    """Yield the errors that a caller can meet; the first that fits counts."""
    from adapters.bootstrap import DatabaseMissing, DatabaseUnavailable, UnsupportedDatabase
    from domain.audit.bundle import BundleRefused, BundleTooLarge
    from domain.estate.errors import EstateError
    from domain.plan.planner import QuestionNotUnderstood
    from domain.replay.bulk.errors import BulkReplayBusy, BulkReplayEnded
    from domain.services.goldens import NoGoldens
    from domain.services.log import LogFileRefused
    from domain.services.projections import ProjectionBusy, ProjectionError, UnknownProjection
    from domain.tools.registry import UnknownTool

    yield (NotFound, DatabaseMissing, UnknownTool, UnknownProjection), Fault.MISSING
    yield (KeyReused,), Fault.REUSED
    yield (*_STATE, BulkReplayEnded, BulkReplayBusy), Fault.STATE
    misused = (QuestionNotUnderstood, EstateError, LogFileRefused, UnsupportedDatabase)
    yield (Refused, BundleRefused, BundleTooLarge, *misused), Fault.MISUSED
    yield (NoGoldens,), Fault.EMPTY
    yield (Conflict, ProjectionBusy), Fault.CONFLICT
    yield (DatabaseUnavailable,), Fault.BUSY
    yield (OpstrailError, ProjectionError, OSError), Fault.OURS
