"""The errors that a caller can meet, by what they are to the caller: the table of every face.

The command line makes exit codes of it, HTTP makes statuses.
"""

import re
from collections.abc import Iterator, Sequence
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
    DENIED = "denied"
    """Who asks may not do this."""
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


_BY_STATUS: Final = {
    401: Fault.DENIED,
    403: Fault.DENIED,
    404: Fault.MISSING,
    412: Fault.CONFLICT,
    422: Fault.MISUSED,
    500: Fault.OURS,
    503: Fault.BUSY,
}
"""What statuses mean that mean one thing to a caller."""


class Elsewhere(Exception):
    """Another opstrail, which was asked over HTTP, tells of an error; `fault` is what it is."""

    def __init__(self, message: str, fault: Fault) -> None:
        self.fault = fault
        super().__init__(message)


def fault_told(status: int, code: str, kinds: Sequence[type[Exception]]) -> Fault:
    """Return what an error is that has come over HTTP, where these kinds may be met."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    known = (fault_of_kind(kind) for kind in _with_derived(kinds) if code_of(kind) == code)
    return next((fault for fault in known if fault), Fault.CONFLICT)


def code_of(error: type[Exception]) -> str:
    """Return the code of a kind of errors: its name in small letters."""
    return re.sub("(?<=.)(?=[A-Z])", "-", error.__name__).lower()


def _with_derived(kinds: Sequence[type[Exception]]) -> Iterator[type[Exception]]:
    for kind in kinds:
        yield kind
        yield from _with_derived(kind.__subclasses__())


def fault_of(error: Exception) -> Fault | None:
    """Return what the error is to the caller; None when nobody foresaw it."""
    return error.fault if isinstance(error, Elsewhere) else fault_of_kind(type(error))


def fault_of_kind(kind: type[Exception]) -> Fault | None:
    """Return what errors of this kind are to the caller."""
    return next((fault for kinds, fault in _table() if issubclass(kind, kinds)), None)


def _table() -> Iterator[tuple[tuple[type[Exception], ...], Fault]]:
    """Yield the errors that a caller can meet; the first that fits counts."""
    from adapters.bootstrap import DatabaseMissing, DatabaseUnavailable, UnsupportedDatabase
    from domain.audit.bundle import BundleRefused, BundleTooLarge
    from domain.estate.errors import EstateError
    from domain.identity.key import WrongKeyState
    from domain.operations.auditing import Denied
    from domain.plan.planner import QuestionNotUnderstood
    from domain.replay.bulk.errors import BulkReplayBusy, BulkReplayEnded
    from domain.services.goldens import NoGoldens
    from domain.services.log import LogFileRefused
    from domain.services.projections import ProjectionBusy, ProjectionError, UnknownProjection
    from domain.tools.registry import UnknownTool

    yield (NotFound, DatabaseMissing, UnknownTool, UnknownProjection), Fault.MISSING
    yield (Denied,), Fault.DENIED
    yield (KeyReused,), Fault.REUSED
    yield (*_STATE, WrongKeyState, BulkReplayEnded, BulkReplayBusy), Fault.STATE
    misused = (QuestionNotUnderstood, EstateError, LogFileRefused, UnsupportedDatabase)
    yield (Refused, BundleRefused, BundleTooLarge, *misused), Fault.MISUSED
    yield (NoGoldens,), Fault.EMPTY
    yield (Conflict, ProjectionBusy), Fault.CONFLICT
    yield (DatabaseUnavailable,), Fault.BUSY
    yield (OpstrailError, ProjectionError, OSError), Fault.OURS
