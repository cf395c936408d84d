"""How many tool calls a run made, and how many of them failed: each counts by its last attempt."""

from domain.run.call_events import (
    LIVE,
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)

_BEGIN = (ToolCallStarted, ToolCallSkipped)  # quicker than a union
CALL_EVENTS = (ToolCallStarted, ToolCallSucceeded, ToolCallFailed, ToolCallSkipped)


class CallCounts:
    """Counts the calls while their events come one by one; one that only was skipped is none."""

    __slots__ = ("_has_failed", "failed_count", "made", "told_again")

    def __init__(self) -> None:
        """Begin with no calls."""
        self._has_failed: dict[str, bool] = {}
        self.failed_count = 0
        self.made: dict[str, str] = {}
        """The tool and operation of each call, also of those that were skipped."""
        self.told_again = set[str]()
        """The calls that no tool answered but a record, a patch or a block; and what waited."""

    @property
    def count(self) -> int:
        """How many calls were made."""
        return len(self._has_failed)

    def add(
        self, event: ToolCallStarted | ToolCallSucceeded | ToolCallFailed | ToolCallSkipped
    ) -> None:
        """Take the next event of a call."""
        if isinstance(event, _BEGIN):
            self.made[event.call_id] = f"{event.tool}.{event.operation}"
            cause = event.cause if isinstance(event, ToolCallSkipped) else None
            is_told_again = cause in self.told_again
        else:
            is_told_again = event.answered_by != LIVE
        (self.told_again.add if is_told_again else self.told_again.discard)(event.call_id)
        before = self._has_failed.get(event.call_id)
        if before is None and not isinstance(event, ToolCallStarted):
            return
        self._has_failed[event.call_id] = isinstance(event, ToolCallFailed)
        self.failed_count += isinstance(event, ToolCallFailed) - bool(before)
