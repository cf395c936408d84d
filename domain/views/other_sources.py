"""Which results of a run its plan's tools did not give when they were asked, and who did."""

from collections.abc import Iterator

from domain.views.history import History


def other_sources(history: History) -> list[str]:
    """Return which calls another tool answered, and which the cache, with the age of each."""
    kept = [f"{each.call_id}: {each.from_cache}" for each in history.last_calls if each.from_cache]
    return [*stand_ins(history), *kept]


def stand_ins(history: History) -> Iterator[str]:
    """Yield which tools answered in place of others, and why."""
    tried = [call for call in history.calls if call.status != "skipped"]
    planned = {call.call_id: call for call in reversed(tried)}  # by its first attempt
    for call in history.last_calls:
        first = planned.get(call.call_id, call)
        if (call.status, first.status) == ("succeeded", "failed") and first.tool != call.tool:
            why = f"{first.error_code}: {first.error}"
            yield f"{call.tool} answered {call.call_id} in place of {first.tool} ({why})"
