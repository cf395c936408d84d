"""The events of a run one by one: what each changed, and ways from one to another.

Every function that leads to a version raises `NoSuchStep` when there is nothing to go to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

from msgspec import structs
from pydantic import JsonValue

from domain.audit.event_lines import EnvelopeLine, envelope_json
from domain.errors import Refused
from domain.json import JsonMap
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import HistoryEntry, RunFailed, StageFailed
from domain.run.fold import fold
from domain.run.run import evolve
from domain.run.state import Run, Tries
from domain.times import milliseconds_between
from domain.views.json_form import View
from domain.views.json_patch import json_patch
from domain.views.sentences import sentence_of
from domain.views.state import state_of

_Name = TypeVar("_Name", bound=str)

_Begin = ToolCallStarted | ToolCallSkipped
_Call = _Begin | ToolCallSucceeded | ToolCallFailed
_Failure = ToolCallFailed | StageFailed | RunFailed


class NoSuchStep(Refused):
    """There is nothing to go to; the message says why."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A value of a run's state before and after an event.

    `name` is a field of `RunStateView`, of a stage or call such as "calls.primary".
    """

    name: str
    before: JsonValue
    after: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An event, and what it changed in the state of its run beside the version.

    `since_ms` is the time since the event before, None for the first; where the clock went back
    between the two it is 0, and `went_back_ms` says how far. `tool` is that of the call
    which the event is about; `begins_call` says that an attempt begins or the call is skipped.
    """

    run_id: str
    version: int
    since_ms: float | None
    went_back_ms: float
    event: EnvelopeLine
    sentence: str
    changes: tuple[Changed, ...]
    tool: str | None
    begins_call: bool
    is_failure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange(Step):
    """A step whose `patch` turns the state before into that after (RFC 6902)."""

    patch: list[JsonMap]


STEPS: Final[View[list[Step]]] = View("steps", list[Step])
STATE_CHANGE: Final[View[StateChange]] = View("state-change", StateChange)


def run_steps(entries: Sequence[HistoryEntry]) -> list[Step]:
    """Return the steps of a history that is not empty."""
    tools, steps = _tools(entries), list[Step]()
    run, earlier = Run(run_id=entries[0].envelope.stream_id), None
    for entry in entries:
        after = evolve(run, entry.event)
        steps.append(Step(**_facts(entry, earlier, tools), changes=(*_changes(run, after),)))
        run, earlier = after, entry
    return steps


def last_change(entries: Sequence[HistoryEntry]) -> StateChange:
    """Return what the last event of a history that is not empty changed."""
    *before, last = entries
    run = fold(last.envelope.stream_id, (entry.event for entry in before))
    after = evolve(run, last.event)
    return StateChange(
        **_facts(last, before[-1] if before else None, _tools(entries)),
        changes=(*_changes(run, after),),
        patch=json_patch(_plain(run), _plain(after)),
    )


def go_to(steps: Sequence[Step], version: int) -> int:
    """Return the version, if the run has it."""
    if not 1 <= version <= len(steps):
        message = f"the run has versions 1 to {len(steps)}, not {version}"
        raise NoSuchStep(message)
    return version


def first_failure(steps: Sequence[Step]) -> int:
    """Return the version at which a call, a stage or the run failed first."""
    for step in steps:
        if step.is_failure:
            return step.version
    message = "nothing failed in this run"
    raise NoSuchStep(message)


def next_call(steps: Sequence[Step], version: int) -> int:
    """Return where the next call begins of the tool that the event of this version is about."""
    tool, beginnings = _calls_like(steps, version)
    for later in beginnings:
        if later > version:
            return later
    message = f"there is no later call of {tool}"
    raise NoSuchStep(message)


def previous_call(steps: Sequence[Step], version: int) -> int:
    """Return where the last call before began of the tool that this event is about."""
    tool, beginnings = _calls_like(steps, version)
    earlier = [each for each in beginnings if each < version]
    if not earlier:
        message = f"there is no earlier call of {tool}"
        raise NoSuchStep(message)
    return earlier[-1]


def _calls_like(steps: Sequence[Step], version: int) -> tuple[str, list[int]]:
    """Return the tool that this event is about, and where the calls of it begin."""
    tool = steps[version - 1].tool
    if tool is None:
        message = f"event {version} is of no tool call"
        raise NoSuchStep(message)
    return tool, [step.version for step in steps if step.begins_call and step.tool == tool]


def _facts(
    entry: HistoryEntry, earlier: HistoryEntry | None, tools: Mapping[str, str]
) -> dict[str, Any]:
    """Return all that is known of a step but for what it changed."""
    envelope, event = entry.envelope, entry.event
    before = earlier and earlier.envelope.recorded_at
    distance = milliseconds_between(before, envelope.recorded_at) if before else 0.0
    return {
        "run_id": envelope.stream_id,
        "version": envelope.version,
        "since_ms": None if before is None else max(0.0, distance),
        "went_back_ms": max(0.0, -distance),
        "event": EnvelopeLine.model_validate(envelope_json(envelope)),
        "sentence": sentence_of(event),
        "tool": tools.get(event.call_id) if isinstance(event, _Call) else None,
        "begins_call": isinstance(event, _Begin),
        "is_failure": isinstance(event, _Failure),
    }


def _changes(before: Run, after: Run) -> Iterator[Changed]:
    was, now = (
        _plain(structs.replace(run, version=0, stages={}, calls={})) for run in (before, after)
    )
    for name, value in now.items():
        if value != was[name]:
            yield Changed(name, was[name], value)
    yield from _changed_tries("stages", before.stages, after.stages)
    yield from _changed_tries("calls", before.calls, after.calls)


def _changed_tries(
    name: str, before: Mapping[_Name, Tries], after: Mapping[_Name, Tries]
) -> Iterator[Changed]:
    if before == after:  # quick, and so it is at most events
        return
    for each, tries in after.items():
        earlier = before.get(each)
        if tries != earlier:
            was = None if earlier is None else structs.asdict(earlier)
            yield Changed(f"{name}.{each}", was, structs.asdict(tries))


def _plain(run: Run) -> JsonMap:
    return cast("JsonMap", state_of(run))


def _tools(entries: Sequence[HistoryEntry]) -> dict[str, str]:
    """Return the tool of every call that began or was skipped, by the call's id."""
    events = (entry.event for entry in entries)
    return {event.call_id: event.tool for event in events if isinstance(event, _Begin)}
