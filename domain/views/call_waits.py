"""What the attempts of calls waited for before their tools were asked."""

from collections.abc import Iterable

from domain.aggregate.fact import Fact
from domain.run.call_events import WAITED_FOR, ToolCallThrottled
from domain.run.events import HistoryEntry
from domain.times import duration_text


class CallWait(Fact, frozen=True, kw_only=True):
    """What an attempt waited for before its tool was asked, and until which event."""

    cause: str
    waited_ms: float
    version: int

    @property
    def told(self) -> str:
        """The wait in words."""
        return f"waited {duration_text(self.waited_ms)} {WAITED_FOR[self.cause]}"


def call_waits(entries: Iterable[HistoryEntry]) -> dict[tuple[str, int], list[CallWait]]:
    """Return the waits by call id and attempt, in order."""
    waits = dict[tuple[str, int], list[CallWait]]()
    for entry in entries:
        event, version = entry.event, entry.envelope.version
        if isinstance(event, ToolCallThrottled):
            wait = CallWait(cause=event.cause, waited_ms=event.waited_ms, version=version)
            waits.setdefault((event.call_id, event.attempt), []).append(wait)
    return waits
