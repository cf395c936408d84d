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

_BY_FAULT: Final[Mapping[str, ExitCode]] = {
    "missing": ExitCode.NOT_FOUND,
    "denied": ExitCode.DENIED,
    "misused": ExitCode.USAGE,
    "state": ExitCode.USAGE,
    "reused": ExitCode.USAGE,
}
"""By `adapters.faults.Fault`; what is not here has failed."""


def exit_code_of(error_code: str | None) -> ExitCode:
    """Return how a command ends after a run or call with this error code; None is no error."""
    return ExitCode.OK if error_code is None else _BY_ERROR_CODE.get(error_code, ExitCode.FAILED)


def exit_code_for(error: Exception) -> ExitCode | None:
    """Return how a command ends that raised this error; None when nobody foresaw it."""
    from adapters.faults import fault_of

    fault = fault_of(error)
    return None if fault is None else _BY_FAULT.get(fault, ExitCode.FAILED)


def message_of(error: Exception) -> str:
    """Return what is told of an error: of a file its name, of a value the option it was for."""
    from adapters.bootstrap import without_secrets

    return without_secrets(_message_of(error))


def _message_of(error: Exception) -> str:
    from adapters.cli.bindings import option_of
    from domain.operations.operation import InvalidParams

    if isinstance(error, InvalidParams):
        options = [(option_of(at), why) for at, why in error.problems]
        return "\n".join(f"Invalid value for {option}: {why}" for option, why in options)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)
