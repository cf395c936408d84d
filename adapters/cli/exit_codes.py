"""How a command ends: the exit codes, and what becomes of runs and errors."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    FAILED = 1
    USAGE = 2
    DENIED = 3
    NOT_FOUND = 4
    INTERRUPTED = 130


MEANINGS: Final[Mapping[ExitCode, str]] = {
    ExitCode.OK: "done; also where nobody read the output to its end",
    ExitCode.FAILED: "the run or the command failed, runs differ, a check failed,"
    " or the database is in trouble",
    ExitCode.USAGE: "bad arguments, bad file, question not understood, ambiguous name",
    ExitCode.DENIED: "refused by a policy",
    ExitCode.NOT_FOUND: "no such item, run, version, tool, projection, database, profile or topic",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C, SIGTERM or SIGHUP;"
    " a run under way is recorded as cancelled",
}

_BY_ERROR_CODE: Final[Mapping[str, ExitCode]] = {
    "QUESTION_NOT_UNDERSTOOD": ExitCode.USAGE,
    "PLAN_INVALID": ExitCode.USAGE,
    "AMBIGUOUS_CI": ExitCode.USAGE,
    "INVALID_PARAMS": ExitCode.USAGE,
    "POLICY_DENY": ExitCode.DENIED,
    "DATA_NOT_FOUND": ExitCode.NOT_FOUND,
}


def exit_code_of(error_code: str | None) -> ExitCode:
    """Return how a command ends after a run or call with this error code; None is no error."""
    return ExitCode.OK if error_code is None else _BY_ERROR_CODE.get(error_code, ExitCode.FAILED)


def exit_code_for(error: Exception) -> ExitCode | None:
    """Return how a command ends that raised this error; None when nobody foresaw it."""
    return next((code for kinds, code in _table() if isinstance(error, kinds)), None)


def _table() -> tuple[tuple[tuple[type[Exception], ...], ExitCode], ...]:
    """The errors that a user can meet; the first that fits counts."""
    from adapters.bootstrap import DatabaseMissing, DatabaseUnavailable, UnsupportedDatabase
    from domain.audit.bundle import BundleRefused, BundleTooLarge
    from domain.errors import KeyReused, NotFound, OpstrailError, Refused
    from domain.estate.errors import EstateError
    from domain.operations.auditing import Denied
    from domain.plan.planner import QuestionNotUnderstood
    from domain.services.log import LogFileRefused
    from domain.services.projections import ProjectionError, UnknownProjection
    from domain.tools.registry import UnknownTool

    not_found = (NotFound, DatabaseMissing, UnknownTool, UnknownProjection)
    misused = (KeyReused, QuestionNotUnderstood, EstateError, LogFileRefused, UnsupportedDatabase)
    return (
        (not_found, ExitCode.NOT_FOUND),
        ((Denied,), ExitCode.DENIED),
        ((Refused, BundleRefused, BundleTooLarge, *misused), ExitCode.USAGE),
        ((OpstrailError, ProjectionError, DatabaseUnavailable, OSError), ExitCode.FAILED),
    )


def message_of(error: Exception) -> str:
    """Return what is told of an error: of a file its name, of a value the option it was for."""
    from adapters.bootstrap import without_secrets

    return without_secrets(_message_of(error))


def _message_of(error: Exception) -> str:
    from domain.operations.operation import InvalidParams

    if isinstance(error, InvalidParams):
        # Options are called as the fields of the params that they fill.
        options = [(f"--{at.replace('_', '-')}", why) for at, why in error.problems]
        return "\n".join(f"Invalid value for {option}: {why}" for option, why in options)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)
