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


class NotLetThrough(Exception):
    """A call had no turn in time, or its tool is left alone; `result` says so."""

    def __init__(self, code: ToolErrorCode, message: str, **details: JsonValue) -> None:
        self.result = ToolResult(False, None, message, {**details}, code)  # noqa: FBT003 - it failed
        super().__init__(message)
