"""Steps through the events of a run: from one version to another that is worth a look.

Every function raises `NoSuchStep` when there is nothing to go to.
"""

from collections.abc import Iterator, Sequence

from domain.errors import Refused
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import HistoryEntry, RunFailed, StageFailed

_Begin = ToolCallStarted | ToolCallSkipped
_Call = ToolCallStarted | ToolCallSucceeded | ToolCallFailed | ToolCallSkipped


class NoSuchStep(Refused):
    """There is nothing to go to; the message says why."""


def go_to(entries: Sequence[HistoryEntry], version: int) -> int:
    """Return the version, if the run has it."""
    if not 1 <= version <= len(entries):
        message = f"the run has versions 1 to {len(entries)}, not {version}"
        raise NoSuchStep(message)
    return version


def first_failure(entries: Sequence[HistoryEntry]) -> int:
    """Return the version at which a call, a stage or the run failed first."""
    for entry in entries:
        if isinstance(entry.event, ToolCallFailed | StageFailed | RunFailed):
            return entry.envelope.version
    message = "nothing failed in this run"
    raise NoSuchStep(message)


def next_call(entries: Sequence[HistoryEntry], version: int) -> int:
    """Return where the next call begins of the tool that the event of this version is about."""
    tool = _tool_at(entries, version)
    for later in _beginnings(entries, tool):
        if later > version:
            return later
    message = f"there is no later call of {tool}"
    raise NoSuchStep(message)


def previous_call(entries: Sequence[HistoryEntry], version: int) -> int:
    """Return where the last call before began of the tool that this event is about."""
    tool = _tool_at(entries, version)
    earlier = [each for each in _beginnings(entries, tool) if each < version]
    if not earlier:
        message = f"there is no earlier call of {tool}"
        raise NoSuchStep(message)
    return earlier[-1]


def _tool_at(entries: Sequence[HistoryEntry], version: int) -> str:
    event = entries[version - 1].event
    if isinstance(event, _Call):
        for each in entries:
            if isinstance(each.event, _Begin) and each.event.call_id == event.call_id:
                return each.event.tool
    message = f"event {version} is of no tool call"
    raise NoSuchStep(message)


def _beginnings(entries: Sequence[HistoryEntry], tool: str) -> Iterator[int]:
    """Yield where an attempt of a call of the tool begins, or a call is skipped."""
    for entry in entries:
        if isinstance(entry.event, _Begin) and entry.event.tool == tool:
            yield entry.envelope.version
