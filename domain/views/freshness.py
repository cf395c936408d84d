"""How new the data behind the calls of a run are."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from domain.response.freshness import Freshness, asked_until, freshness
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, PlanProduced


def newest_data(entries: Sequence[HistoryEntry]) -> list[Freshness]:
    """Return how new the data of each call are, as its last answer tells, if it does."""
    begun, found, anchored_at = dict[str, ToolCallStarted](), dict[str, Freshness](), ""
    for entry in entries:
        match entry.event:
            case PlanProduced(anchored_at=str(instant)):
                anchored_at = instant
            case ToolCallStarted() as event:
                begun[event.call_id] = event
                found.pop(event.call_id, None)
            case ToolCallSucceeded(newest=str(newest)) as event if event.call_id in begun:
                call = begun[event.call_id]
                asked, end = (call.tool, call.operation, call.params), call.window
                with suppress(ValueError, TypeError):  # an instant that is none
                    now = datetime.fromisoformat(anchored_at)
                    until = asked_until(end.end if end else None, now=now)
                    found[call.call_id] = freshness(call.call_id, asked, newest, until=until)
            case _:
                pass
    return list(found.values())
