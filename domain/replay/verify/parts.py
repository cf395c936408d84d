"""The parts of a history, each driven again by its record: a run taken up again has several."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, repeat
from types import MappingProxyType

from domain.json import JsonMap
from domain.plan.patch import patched_calls
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.replay.compare.json_difference import is_same_json
from domain.replay.record.driver import Driven, drive
from domain.replay.record.recorded_calls import RecordedCalls
from domain.replay.record.recorded_planning import recorded_planning
from domain.replay.record.recorded_tools import tools_as_recorded
from domain.replay.record.recording import anchor, recording_of
from domain.replay.record.terms import terms_of
from domain.replay.resume.continuation import past_of
from domain.run.call_events import ToolCallStarted
from domain.run.events import HistoryEntry, RunRecovered, RunResumed
from domain.run.lifecycle import Stage
from domain.run.replanning import ReplanRequested
from domain.stages.run_assets import RunAssets
from domain.stages.sources import CallRequest, Past, Sources
from domain.stages.time_limits import RecordedTimeLimits
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolResult

_NOTHING_REPLACED: Mapping[str, ToolResult] = MappingProxyType({})
_NO_PARAMS: Mapping[str, JsonMap] = MappingProxyType({})


async def drive_part(
    entries: Sequence[HistoryEntry],
    part: tuple[int, int],
    tools: KnownTools,
    replaced: Mapping[str, ToolResult] = _NOTHING_REPLACED,
    ignore: IgnoreRules = NO_RULES,
    params: Mapping[str, JsonMap] = _NO_PARAMS,
) -> Driven:
    """Return what the engine does between two places of a history, by the record alone.

    `replaced` are results in place of recorded ones by call id, also of those that are used again;
    `params` replace what the plan says of calls. A call is also answered that asks otherwise only
    in what is ignored, or in how a number is written.
    """

    def is_similar(begun: ToolCallStarted, request: CallRequest) -> bool:
        params = [request.params, begun.params]
        asked, recorded = (ignore.kept(each, tool=request.tool) for each in params)
        is_other_text = len({json.dumps(each, sort_keys=True) for each in params}) > 1
        return is_other_text and is_same_json(asked, recorded)

    start, end = part
    recording = recording_of(entries[start:end])
    calls = RecordedCalls(recording, tools, replaced=replaced, is_similar=is_similar)
    past = _with(replaced, past_of(entries[:start]))
    return await _drive(entries[:end], entries[:start], tools, calls, past, params)


def _with(replaced: Mapping[str, ToolResult], past: Past) -> Past:
    if not replaced:
        return past
    outcomes = {key: replaced.get(key[0], result) for key, result in past.outcomes.items()}
    return dataclasses.replace(past, outcomes=outcomes)


async def drive_stages(
    entries: Sequence[HistoryEntry],
    stage: Stage,
    place: int,
    tools: KnownTools,
    *,
    start: int,
    params: Mapping[str, JsonMap] = _NO_PARAMS,
) -> Driven:
    """Return what the engine does from a stage on, which begins at this place of a history.

    What came before is as recorded, whatever the engine would do there today. A call that asks
    otherwise gets the answer that is recorded for it in the part from `start` on; one that is not
    there fails.
    """
    before, recording = entries[:place], recording_of(entries[start:])
    calls = RecordedCalls(
        recording, tools, replaced=_NOTHING_REPLACED, is_similar=_any, goes_on=True
    )
    return await _drive(entries, before, tools, calls, past_of(before, stage), params)


async def _drive(
    entries: Sequence[HistoryEntry],
    before: Sequence[HistoryEntry],
    tools: KnownTools,
    calls: RecordedCalls,
    past: Past,
    params: Mapping[str, JsonMap],
) -> Driven:
    recording, patched = recording_of(entries), terms_of(before).origin.patches.params
    assets = RunAssets(entry.event for entry in entries)
    sources = Sources(
        planning=recorded_planning(before, recording),
        calls=calls,
        tools=tools_as_recorded(tools, entries, since=len(before)),
        now=anchor(recording, entries),
        clock=_clock(entries[len(before) :]),
        assets=assets,
        words=assets.recorded_words(),
        past=_asking(past, params),
        limits=RecordedTimeLimits(entry.event for entry in entries[len(before) :]),
        params={
            call_id: {**params.get(call_id, {}), **patched.get(call_id, {})}
            for call_id in [*params, *patched]
        },
    )
    return await drive(before, sources)


def _clock(entries: Sequence[HistoryEntry]) -> Callable[[], datetime] | None:
    """Return what tells the instants again at which another plan was wanted; None if none was."""
    causes = [e.event.cause for e in entries if isinstance(e.event, ReplanRequested)]
    instants = [datetime.fromisoformat(cause.timestamp) for cause in causes]
    told = chain(instants, repeat(instants[-1])) if instants else None
    return None if told is None else lambda: next(told)


def _asking(past: Past, params: Mapping[str, JsonMap]) -> Past:
    """Return it so that the calls of a plan that was validated before have these params, too."""
    validated = past.validated
    if validated is None or not params:
        return past
    calls = tuple(patched_calls(validated.calls, params))
    return dataclasses.replace(past, validated=dataclasses.replace(validated, calls=calls))


def _any(_begun: ToolCallStarted, _request: CallRequest) -> bool:
    return True


def last_part(entries: Sequence[HistoryEntry]) -> tuple[int, int]:
    """Return where the last part of a history begins and ends; runs taken up again have more."""
    return list(parts_of(entries))[-1]


def parts_of(entries: Sequence[HistoryEntry]) -> Iterator[tuple[int, int]]:
    """Yield where the parts of a history begin and end."""
    taken_up = [
        place
        for place, entry in enumerate(entries)
        if isinstance(entry.event, RunResumed | RunRecovered)
    ]
    starts = [1, *(place + 1 for place in taken_up)]
    yield from zip(starts, [*taken_up, len(entries)], strict=True)
