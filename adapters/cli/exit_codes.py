"""How a command ends: the one table of exit codes."""

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
    ExitCode.OK: "done",
    ExitCode.FAILED: "the run or the command failed, runs differ, a check failed,"
    " or the database is in trouble",
    ExitCode.USAGE: "bad arguments, bad file, question not understood, ambiguous name",
    ExitCode.DENIED: "refused by a policy",
    ExitCode.NOT_FOUND: "no such item, run, version, tool or projection",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C; a run under way is recorded as cancelled",
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
