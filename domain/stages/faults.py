"""Why stages fail: the codes, and the fault that is recorded for an exception."""

import dataclasses
from dataclasses import dataclass
from enum import StrEnum

from pydantic import JsonValue

from domain.run.facts import Fault
from domain.values.arguments import WrongArgument


class FaultCode(StrEnum):
    """Why a stage could not do its work; a failed tool call has a code of its own."""

    PLAN_INVALID = "PLAN_INVALID"
    QUESTION_NOT_UNDERSTOOD = "QUESTION_NOT_UNDERSTOOD"
    PLAN_TIMEOUT = "PLAN_TIMEOUT"
    EXECUTE_TIMEOUT = "EXECUTE_TIMEOUT"
    COMPOSE_TIMEOUT = "COMPOSE_TIMEOUT"
    EXECUTE_FAILED = "EXECUTE_FAILED"
    INTERNAL_ERROR = "INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a plan.

    `field` is a dotted path into the plan; `message` says what is wrong with which value, and what
    is allowed; `allowed` are the names that there are in place of an unknown one.
    """

    field: str
    message: str
    allowed: list[str] = dataclasses.field(default_factory=list)

    def __str__(self) -> str:
        """Return path and message in one line."""
        return f"{self.field}: {self.message}"


class StageFault(Exception):
    """Raised inside a stage that cannot do its work, with what is to be recorded about it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.message)


def stage_fault(code: str, message: str, **details: JsonValue) -> StageFault:
    """Return a `StageFault` with these facts."""
    return StageFault(Fault(code=code, message=message, details=details))


def fault_of(error: Exception) -> Fault:
    """Return what is recorded about an exception; an unforeseen one names its type."""
    if isinstance(error, StageFault):
        return error.fault
    if isinstance(error, WrongArgument):
        return Fault(code=FaultCode.EXECUTE_FAILED, message=str(error))
    return Fault(code=FaultCode.INTERNAL_ERROR, message=f"{type(error).__name__}: {error}")
