"""What a call waited for before its tool was asked, and refusals of calls that had no turn."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from domain.tools.contracts import ToolErrorCode, ToolResult

Throttle = Literal["queue", "rate_limit", "breaker_probe", "back_off"]
"""What holds a call back; see `ToolCallThrottled`."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """A wait that is over."""

    cause: Throttle
    waited_ms: float


Tell = Callable[[Throttled], None]
"""Hears of each wait as it ends; one of less than a millisecond is none."""


@dataclass(slots=True)
class Patience:
    """How long a call still waits for its turn, whatever holds it back.

    That is its breaker's probe, a place and the rate limit, over all of its repetitions; the
    back-off before these is apart.
    """

    left_ms: float
    tell: Tell

    def waited(self, cause: Throttle, waited_ms: float) -> None:
        """Tell of a wait that is over, in vain or not, and take it off what is left."""
        self.left_ms = max(0.0, self.left_ms - waited_ms)
        self.tell(Throttled(cause, waited_ms))


class NotLetThrough(Exception):
    """A call had no turn in time, or its tool is left alone; `result` says so."""

    def __init__(self, code: ToolErrorCode, message: str, **details: JsonValue) -> None:
        self.result = ToolResult(False, None, message, {**details}, code)  # noqa: FBT003 - it failed
        super().__init__(message)
