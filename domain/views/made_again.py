"""The calls that were made again because their worker was lost."""

from collections.abc import Iterable, Iterator

from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, RunCancelled, RunFailed, RunRecovered, RunResumed


def made_again(entries: Iterable[HistoryEntry]) -> Iterator[tuple[str, int]]:
    """Yield the calls, with their attempts, that were in flight when a worker was lost."""
    running, lost = set[str](), set[str]()
    for entry in entries:
        match entry.event:
            case ToolCallStarted(call_id=call_id, attempt=attempt):
                if call_id in lost:
                    yield call_id, attempt
                running.add(call_id)
                lost.discard(call_id)
            case ToolCallSucceeded(call_id=call_id) | ToolCallFailed(call_id=call_id):
                running.discard(call_id)
            case RunRecovered():
                lost |= running
                running.clear()
            case RunCancelled() | RunFailed() | RunResumed():
                running.clear()
                lost.clear()
            case _:
                pass
