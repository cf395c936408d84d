"""What a replay would do: call by call, from the record, live, patched or blocked."""

import dataclasses
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

from domain.figures import whole_sum
from domain.plan.plan import Plan
from domain.replay.fork.run_sources import calls_of, inherited, sources_of
from domain.replay.record.driver import drive
from domain.replay.record.recorded_calls import Recordings
from domain.replay.record.recorded_planning import PatchedPlanning, planning_of
from domain.replay.record.recording import RecordedCall, recording_of, request_of
from domain.run.call_events import (
    AnsweredBy,
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import HistoryEntry, RunEvent, RunRecovered, RunResumed
from domain.stages.sources import Answer, CallRequest, Planning, Ranking, Sources
from domain.stages.workshop import Workshop
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.selector import SmartToolSelector, ToolSelectionContext, strategy_of
from domain.views.preview import ANSWERS, Preview, PreviewedCall


class ForecastCalls:
    """Answers with what the same calls answered before, as if they were live; see `Calls`.

    `unknown` are the ids of the calls that were not made before.
    """

    def __init__(self, known: Iterable[RecordedCall], tools: KnownTools) -> None:
        self._recordings, self._selector = Recordings(known), SmartToolSelector(tools)
        self.unknown: set[str] = set()

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        recorded = self._recordings.take(request)
        if recorded is not None and recorded.result is not None:
            return Answer(recorded.result, 0.0)
        self.unknown.add(request.call_id)
        # Not an error for which another tool would stand in.
        code = ToolErrorCode.DATA_NOT_FOUND
        return Answer(ToolResult(success=False, error="not known yet", error_code=code), 0.0)

    async def rank(self, plan: Plan) -> Ranking:
        """See `Calls`."""
        context = ToolSelectionContext(
            intent=plan.intent, user_pref=strategy_of(plan.mode), mode_hint=plan.mode_hint
        )
        return context, self._selector.explain(context)

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:  # noqa: ARG002 - nothing takes time
        """See `Calls`."""
        return nullcontext()


async def preview(
    entries: Sequence[HistoryEntry], parent: Sequence[HistoryEntry], workshop: Workshop
) -> Preview:
    """Return what carrying out a run with this history would do; nothing is called.

    The history ends where the run would begin or be taken up again.
    """
    sources = sources_of(entries, parent, workshop)
    known = [*recording_of(parent).calls, *recording_of(entries).calls]
    forecast = ForecastCalls(known, sources.tools)
    origin = request_of(entries).origin
    calls = calls_of(origin, inherited(origin, parent), forecast)
    planning = _planning(entries, parent, sources)
    if planning is None:
        return Preview(outside_calls=0, is_planned_anew=True, calls=())
    driven = await drive(entries, dataclasses.replace(sources, calls=calls, planning=planning))
    rows = (*_reused(entries), *_rows(driven.events, forecast.unknown))
    return Preview(
        outside_calls=whole_sum(row.answer == "live" for row in rows),
        is_planned_anew=planning is not sources.planning,
        calls=rows,
    )


def _planning(
    entries: Sequence[HistoryEntry], parent: Sequence[HistoryEntry], sources: Sources
) -> Planning | None:
    """Return the planning as it is, or as it was if a planner would be asked; None if unknown."""
    request = request_of(entries)
    is_there = recording_of(entries).planned or inherited(request.origin, parent).planned
    if is_there or request.plan_output is not None:
        return sources.planning
    planned = recording_of(parent).planned
    if planned is None:
        return None
    patch = request.origin.patches.plan
    return PatchedPlanning(planning_of(planned), patch)


def _reused(entries: Sequence[HistoryEntry]) -> Iterable[PreviewedCall]:
    taken_up = entries[-1].event
    if not isinstance(taken_up, RunResumed | RunRecovered):
        return []
    made = {call.started.call_id: call.started for call in recording_of(entries).calls}
    return [_row(made[call_id], "record") for call_id in taken_up.reused_calls if call_id in made]


def _rows(events: Sequence[RunEvent], unknown: set[str]) -> Iterable[PreviewedCall]:
    started: dict[str, ToolCallStarted] = {}
    open_ended = set(unknown)
    for event in events:
        match event:
            case ToolCallStarted():
                started[event.call_id] = event
            case ToolCallSucceeded() | ToolCallFailed():
                yield _row(started[event.call_id], event.answered_by)
            case ToolCallSkipped() if event.cause in open_ended:
                open_ended.add(event.call_id)
                yield _row(event, "live", waits_for=event.cause)
            case _:
                pass


def _row(
    call: ToolCallStarted | ToolCallSkipped, answered_by: AnsweredBy, waits_for: str | None = None
) -> PreviewedCall:
    return PreviewedCall(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        answer=ANSWERS[answered_by],
        waits_for=waits_for,
    )
