"""Live sources of a run: plans come from the planner, answers from the tools."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from functools import partial
from math import inf
from typing import Final

from msgspec import UNSET, UnsetType
from pydantic import JsonValue, ValidationError

from domain.aggregate.envelope import Envelope
from domain.assets.applied import AppliedAsset
from domain.assets.names import WORDS
from domain.assets.words import meanings
from domain.estate.looked_up import Followed, LookedUp
from domain.json import JsonMap
from domain.plan.intent import Intent, PlanMode
from domain.plan.look_ups import EstateLookUps
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planner import Nearest, Planner, PlanningContext, QuestionNotUnderstood
from domain.run.events import RunRequested
from domain.run.facts import RunOptions
from domain.stages.asset_use import versions_of
from domain.stages.faults import FaultCode, stage_fault
from domain.stages.road import Road
from domain.stages.run_assets import RunAssets
from domain.stages.sources import Answer, CallRequest, Ranking
from domain.stages.workshop import Workshop
from domain.threads import in_thread
from domain.times import in_utc
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.executor import ToolExecutor
from domain.tools.invalid_params import describe_invalid
from domain.tools.invoker import ToolCallError, ToolInvoker, unforeseen
from domain.tools.policies.policy import Policies
from domain.tools.selector import SmartToolSelector
from domain.tools.statistics import MeasuredCalls, measured_lately
from domain.tools.traced_calls import Ranked, Receipt

CALLER: Final = "caller"
"""The planner of a plan that came with the request."""
RANKED_OVER: Final = timedelta(days=7)
"""Tools are ranked by the recorded calls of this long before the run."""


class LiveCalls:
    """Calls the tools of one run; see `Calls`."""

    def __init__(
        self,
        tools: ToolExecutor,
        context: ToolContext,
        workshop: Workshop,
        policies: Policies,
        *,
        takes_cached: bool,
    ) -> None:
        """Call these tools; without statistics, the calls of this process alone rank them.

        `takes_cached` says whether what a tool answered before may be given again.
        """
        self._tools, self._context, self._statistics = tools, context, workshop.statistics
        self._road = Road(
            partial(_made, tools, context),  # no method of this: nobody else is to know of it
            workshop.enforcement,
            policies,
            registry=workshop.registry,
            estate=workshop.estate,
            context=context,
            takes_cached=takes_cached,
        )

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`; what breaks on the road is the failure of the call, and is told with it."""
        try:
            return await self._road.call(request)
        except Exception as error:  # noqa: BLE001 - what has begun has an end on record
            return Answer(unforeseen(error), 0.0)

    async def rank(self, plan: Plan) -> Ranking:
        """See `rank_for`."""
        return await self.rank_for(plan.intent, plan.mode, plan.mode_hint)

    async def rank_for(
        self, intent: Intent | None, mode: PlanMode | None, mode_hint: str | None
    ) -> Ranking:
        """Rank by what is measured here, and by the recorded calls of the week before the run."""
        cached = dict.fromkeys(self._road.tools_with_answers(), True)
        ranked = Ranked(await self._recorded(), cached=cached)
        await self._tools.select_best_tools(intent, mode, mode_hint, ranked=ranked)
        return ranked.context, ranked.candidates

    async def _recorded(self) -> Mapping[str, MeasuredCalls]:
        if self._statistics is None:
            return {}
        tenant_id, since = self._context.tenant_id, in_utc(self._context.now) - RANKED_OVER
        return await measured_lately(self._statistics, tenant_id, since=since)

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """See `Calls`."""
        self._road.ends_at = inf if seconds is None else time.monotonic() + seconds
        return asyncio.timeout(seconds)


async def _made(tools: ToolExecutor, of: ToolContext, request: CallRequest) -> ToolResult:
    context = ToolContext(
        of.tenant_id,
        of.now,
        request_id=of.request_id,
        trace_id=of.trace_id,
        call_id=request.call_id,
        idempotency_key=f"{of.trace_id}/{request.call_id}",
        traceparent=of.traceparent,
        metadata=of.metadata,
    )
    receipt = Receipt(request.params, request.timeout_ms, context)
    with suppress(ToolCallError):  # what failed is on the receipt, too
        await tools.execute_tool_with_tracing(request.tool, request.operation, receipt)
    return receipt.result


def context_of(first: Envelope, now: datetime) -> ToolContext:
    """Return for whom the tools are called in the run that begins with this event."""
    run_id, trace = first.stream_id, first.traceparent
    return ToolContext(first.tenant_id, now, request_id=run_id, trace_id=run_id, traceparent=trace)


def live_calls(
    workshop: Workshop,
    options: RunOptions,
    policies: Policies,
    *,
    context: ToolContext,
    takes_cached: bool,
) -> LiveCalls:
    """Return what calls the tools for one run, or for none."""
    tools = ToolExecutor(
        context.tenant_id,
        ToolInvoker(workshop.registry, workshop.confidential),
        SmartToolSelector(workshop.registry),
        workshop.tracer.of(context.tenant_id),
        context=context,
        concurrency_limit=options.max_concurrent_calls,
        in_flight=workshop.in_flight,
    )
    return LiveCalls(tools, context, workshop, policies, takes_cached=takes_cached)


class LivePlanning:
    """Asks the planner; see `Planning`."""

    def __init__(
        self,
        workshop: Workshop,
        question: str,
        *,
        tenant_id: str,
        now: datetime,
        words: AppliedAsset | None,
        followed: Followed | None = None,
    ) -> None:
        """Ask this question about a tenant's estate; relative times count back from `now`."""
        self._workshop, self._question, self.words = workshop, question, words
        self._followed = followed
        self._tenant_id, self._now = tenant_id, now
        self.planner, self.version = workshop.planner.name, workshop.planner.version
        self._look_ups: EstateLookUps | None = None

    @property
    def looked_up(self) -> LookedUp | UnsetType:
        """See `Planning`."""
        return UNSET if self._look_ups is None else self._look_ups.looked_up

    async def plan(self) -> PlanOutput:
        """See `Planning`."""
        vocabulary = await in_thread(self._workshop.estate.vocabulary, self._tenant_id)
        self._look_ups = EstateLookUps(vocabulary, self._question)
        words, followed = meanings(self.words), self._followed
        context = PlanningContext(self._tenant_id, self._look_ups, self._now, words, followed)
        return await planned(self._workshop.planner, self._question, context)


async def planned(planner: Planner, question: str, context: PlanningContext) -> PlanOutput:
    """Return what the planner makes of the question.

    Raises `StageFault` where it does not understand it, and what else the planner raises.
    """
    try:
        return await planner.plan(question, context)
    except QuestionNotUnderstood as error:
        facts: dict[str, JsonValue] = {"examples": list(error.examples)}
        if error.nearest:
            facts["nearest"] = [_nearest(each) for each in error.nearest]
        code = FaultCode.QUESTION_NOT_UNDERSTOOD
        raise stage_fault(code, str(error), **facts) from error


def _nearest(nearest: Nearest) -> JsonMap:
    said: JsonMap = {"question": nearest.question, "reading": nearest.reading}
    return said if nearest.query is None else {**said, "query": nearest.query}


class GivenPlan:
    """A plan that was made before the run began, and by whom; see `Planning`."""

    def __init__(
        self,
        plan_output: JsonMap,
        *,
        planner: str = CALLER,
        version: str = "1",
        looked_up: LookedUp | UnsetType = UNSET,
    ) -> None:
        """Keep the plan as stored JSON; it is checked only when a stage asks for it."""
        self._plan_output, self.planner, self.version = plan_output, planner, version
        self.looked_up = looked_up

    async def plan(self) -> PlanOutput:
        """See `Planning`."""
        try:
            return PlanOutput.model_validate(self._plan_output)
        except ValidationError as error:
            message = describe_invalid(error, subject="the plan")
            raise stage_fault(FaultCode.PLAN_INVALID, message) from error


def live_planning(
    workshop: Workshop,
    request: RunRequested,
    assets: RunAssets,
    *,
    tenant_id: str,
    now: datetime,
) -> GivenPlan | LivePlanning:
    """Return the planning of a request: the plan that came with it, else that of the planner."""
    if request.plan_output is not None:
        return GivenPlan(request.plan_output)
    words = assets.words(request.question, versions_of(request).get(WORDS))
    return LivePlanning(
        workshop,
        request.question,
        tenant_id=tenant_id,
        now=now,
        words=words,
        followed=request.builds_on,
    )
