"""What a replay would do: call by call, from the record, live, patched or blocked."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext

from domain.figures import whole_sum
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall
from domain.replay.fork.run_sources import calls_of, inherited, sources_of
from domain.replay.record.driver import drive
from domain.replay.record.recording import recording_of
from domain.replay.record.terms import terms_of
from domain.run.call_events import (
    AnsweredBy,
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.events import HistoryEntry, RunEvent, RunRecovered, RunResumed
from domain.stages.effects import EffectGuard
from domain.stages.sources import Answer, CallRequest, Clearance, Ranking
from domain.stages.workshop import Workshop
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.policies.policy import Policies
from domain.tools.selector import SmartToolSelector, ToolSelectionContext, strategy_of
from domain.views.preview import ANSWERS, Preview, PreviewedCall


class ForecastCalls:
    """Stands where live calls would: what they answer is not known beforehand; see `Calls`.

    `waiting` are the calls that a person must allow first.
    """

    def __init__(self, tools: KnownTools, guard: EffectGuard) -> None:
        self._selector, self._guard = SmartToolSelector(tools), guard
        self.waiting, self.expires_at = set[str](), guard.expires_at

    def expect(self, _: Sequence[PlannedCall]) -> None:
        """See `Calls`."""

    def clearance(self, request: CallRequest) -> Clearance:
        """See `Calls`; nothing waits in a preview."""
        cleared = self._guard.clearance(request)
        if cleared.why_wait is not None:
            self.waiting.add(request.call_id)
        return Clearance(cleared.effect)

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        denial = self._guard.denial(request)
        if denial is not None:
            return Answer(denial, 0.0, "blocked")
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

    The history ends where the run would begin or be taken up again. Which calls a plan leads to
    that is yet to be made is not known beforehand.
    """
    if _is_planned_anew(entries, parent):
        planner = f"{workshop.planner.name} {workshop.planner.version}"
        return Preview(outside_calls=None, planner=planner, calls=())
    (sources, guard), origin = sources_of(entries, parent, workshop), terms_of(entries).origin
    forecast = ForecastCalls(sources.tools, guard)
    calls = calls_of(origin, inherited(origin, parent), forecast)
    driven = await drive(entries, dataclasses.replace(sources, calls=calls))
    made = [
        dataclasses.replace(row, answer="needs approval")
        if row.call_id in forecast.waiting and row.answer == "live"
        else row
        for row in _rows(driven.events, guard.policies[-1], sources.tools)
    ]
    rows = (*_reused(entries, but={row.call_id for row in made}), *made)
    outside_calls = whole_sum(row.answered_by == "live" for row in rows)
    return Preview(outside_calls=outside_calls, planner=None, calls=rows)


def _is_planned_anew(entries: Sequence[HistoryEntry], parent: Sequence[HistoryEntry]) -> bool:
    terms = terms_of(entries)
    is_there = recording_of(entries).planned or inherited(terms.origin, parent).planned
    return is_there is None and terms.plan_output is None


def _reused(entries: Sequence[HistoryEntry], *, but: Collection[str]) -> Iterator[PreviewedCall]:
    taken_up = entries[-1].event
    if isinstance(taken_up, RunResumed | RunRecovered):
        made = {call.started.call_id: call.started for call in recording_of(entries).calls}
        for call_id in taken_up.reused_calls:
            if call_id in made and call_id not in but:
                yield _row(made[call_id], "record")


def _rows(
    events: Sequence[RunEvent], policies: Policies, tools: KnownTools
) -> Iterable[PreviewedCall]:
    started: dict[str, ToolCallStarted] = {}
    unknown: set[str] = set()
    for event in events:
        match event:
            case ToolCallStarted():
                started[event.call_id] = event
            case ToolCallSucceeded() | ToolCallFailed():
                call = started[event.call_id]
                yield _row(call, event.answered_by)
                if event.answered_by == "live":
                    unknown.add(event.call_id)
                    yield from _stand_in(call, policies, tools)
            case ToolCallSkipped() if event.cause in unknown:
                unknown.add(event.call_id)
                yield _row(event, "live", waits_for=event.cause)
            case _:
                pass


def _stand_in(
    call: ToolCallStarted, policies: Policies, tools: KnownTools
) -> Iterator[PreviewedCall]:
    """Yield the call of the tool that is asked if this one fails, if there is one."""
    tool = tools.get_tool(call.tool) if tools.is_registered(call.tool) else None
    declared = tool.operations.get(call.operation) if tool else None
    if tool is None or declared is None:
        return
    fallback = policies.of(call.tool, tool.tool_type, call.operation, declared.effect).fallback
    if fallback is not None and tools.is_registered(fallback):
        yield dataclasses.replace(_row(call, "live", waits_for=call.call_id), tool=fallback)


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
