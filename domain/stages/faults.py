"""From exceptions of a stage to what is recorded about them: the one table of codes."""

from pydantic import JsonValue

from domain.run.facts import Fault

_INTERNAL = "INTERNAL_ERROR"


class StageFault(Exception):
    """Raised inside a stage that cannot do its work, with what is to be recorded about it."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault; its message is the exception's."""
        self.fault = fault
        super().__init__(fault.message)


def stage_fault(code: str, message: str, **details: JsonValue) -> StageFault:
    """Return a `StageFault` with these facts."""
    return StageFault(Fault(code=code, message=message, details=details))


def fault_of(error: Exception) -> Fault:
    """Return what is recorded about an exception; an unforeseen one names its type."""
    if isinstance(error, StageFault):
        return error.fault
    return Fault(code=_INTERNAL, message=f"{type(error).__name__}: {error}")
