"""The runner: takes one requested run through all stages and records every step."""

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from domain.json import JsonMap, as_map, as_maps
from domain.plan.calls import PlannedOnce
from domain.plan.plan import Plan, PlanOutput
from domain.response.builder import ResponseBuilder
from domain.response.compose.call_result import CallResult
from domain.response.compose.composition import Remarks, compose
from domain.response.edition import SECOND
from domain.run.events import RunRequested
from domain.run.facts import Fault
from domain.run.lifecycle import Stage
from domain.stages.asset_use import AssetUse
from domain.stages.call_facts import ranked
from domain.stages.event_listener import EventListener
from domain.stages.execution import PlanExecution
from domain.stages.faults import FaultCode, StageFault
from domain.stages.live import CALLER
from domain.stages.obedience import remarks_of
from domain.stages.orchestrator import StageOrchestrator
from domain.stages.outcome import ending_events, executed_result, overall_status
from domain.stages.past import past_after
from domain.stages.recorder import CallsWait, ContinuationRecorder, Recorder, RunStopped
from domain.stages.replan_rules import Outcome
from domain.stages.replanning import REPLANNED, ended_calls, is_changed, left_out, replanned, told
from domain.stages.runner_context import BaseRunner, RunnerContext
from domain.stages.sources import Sources
from domain.stages.stage import OrchestrationStatus, ValidatedPlan
from domain.stages.stage_records import ComposeFn, KeptRecords, PlanChanged
from domain.stages.stage_work import combined, direct_result, results_of, that_apply
from domain.stages.time_limits import TimeLimit, check, in_time, sooner
from domain.stages.validation import validate_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.plan.planned_call import PlannedCall
    from domain.run.facts import PlanDecision

_PRESENTED: Final = ("confidence", "confidence_reasons", "blocks", "references", "next_actions")


class Runner(BaseRunner):
    """Carries out one run: plans, routes, validates, executes, composes and presents."""

    def __init__(
        self, context: RunnerContext, recorder: Recorder, request: RunRequested, sources: Sources
    ) -> None:
        super().__init__(context)
        self._recorder = ContinuationRecorder(recorder, sources.past)
        self._request, self._sources, self._edition = request, sources, request.options.rules
        self._confidence, self._spent_seconds = 1.0, 0.0
        self._plan_output: PlanOutput | None = None
        self._calls_of, self._calls = PlannedOnce(), list[CallResult]()
        self._planned: Sequence[PlannedCall] = ()
        self._decisions: Sequence[PlanDecision] = ()
        self._assets = AssetUse(request, sources)

    async def run(self) -> None:
        """Carry the run to its end, and its last event to disk.

        What goes wrong inside is recorded, not raised; a run that waits for approval ends there.
        Raises what the recorder raises, and what a source stops the run with; the run then stays
        where its history ends.
        """
        try:
            await self._carry_out()
        except RunStopped as stopped:
            if not isinstance(stopped.error, CallsWait):
                raise stopped.error from None

    async def _carry_out(self) -> None:
        listener = EventListener(self._recorder, self, self._sources)
        orchestrator = self._orchestrator(listener, self._compose)
        kept = KeptRecords(is_looked_at=False)
        await orchestrator.run_with_stages(self._plan, self._execute, self._present, kept)
        if (end := listener.end) is not None:
            for event in ending_events(end, self._plan_output, self._calls, self._status()):
                self._recorder.report(event)
        await self._recorder.flush()

    async def try_stages(self, stage: Stage, prev_output: JsonMap | None) -> JsonMap:
        """Return the full result of all stages, for one of them: only what it needs is called.

        What is given takes the place of what the stage before it puts out. Raises like `run`.
        """

        async def given(*_: object) -> JsonMap:
            return prev_output or {}

        is_given, needs_results = prev_output is not None, stage in {Stage.COMPOSE, Stage.PRESENT}
        is_called = stage is Stage.EXECUTE or (needs_results and not is_given)
        compose_fn = given if is_given and stage is Stage.PRESENT else self._compose
        orchestrator, execute = self._orchestrator(None, compose_fn), self._execute
        try:
            done = await orchestrator.run_with_stages(
                self._plan, execute if is_called else given, self._present
            )
        except RunStopped as stopped:
            raise stopped.error from None
        return done[2]

    def _orchestrator(
        self, listener: EventListener | None, compose_fn: ComposeFn
    ) -> StageOrchestrator:
        return StageOrchestrator(
            self.context.tenant_id,
            validate_fn=self._validate,
            compose_fn=compose_fn,
            listener=listener,
            trace_id=self.context.trace_id,
            calls_of=self._calls_of,
            assets=self._assets.by_stage,
            replan_fn=partial(self._replan, listener) if listener else lambda *_: None,
        )

    async def _plan(self) -> PlanOutput:
        planning, limit = self._sources.planning, self._limit(Stage.ROUTE_PLAN)
        self._assets.report(self._recorder)
        waited = limit if planning.planner != CALLER else None  # else it is there already
        self._plan_output = await in_time(waited, planning.plan())
        check(limit)
        self.context.plan = self._plan_output
        # Where it was changed, the plan as it was made is on record already.
        plan_output = replanned(self._plan_output, self._sources.past.replans)
        self._sources = await self._assets.settled(plan_output.plan, self._sources)
        return plan_output

    def _validate(self, plan: Plan) -> ValidatedPlan:
        sources, assets, limit = self._sources, self._assets, self._limit(Stage.VALIDATE)
        assets.report(self._recorder)
        validated = sources.past.validated or validate_plan(
            plan,
            assets=sources.past.assets,
            tools=sources.tools,
            now=sources.now,
            params=sources.params,
            calls_of=self._calls_of,
            edition=self._edition,
            tenant_id=self.context.tenant_id,
        )
        self._planned = validated.calls
        if assets.decisions:
            validated = replace(validated, decisions=(*assets.decisions, *validated.decisions))
        self.context.plan_diagnostics = self._decisions = validated.decisions
        check(limit)
        return validated

    async def _execute(self, plan_output: PlanOutput) -> JsonMap:
        plan, past = plan_output.plan or Plan(), self._sources.past
        if not (past.is_behind(Stage.EXECUTE) or past.is_ranked):
            self._recorder.report(ranked(*await self._sources.calls.rank(plan)))
        options, given = self._request.options, (self._recorder, self._sources)
        execution = PlanExecution(*given, plan, self._planned, options=options)
        limit, begun = self._limit(Stage.EXECUTE), time.monotonic()
        limit = sooner(limit, plan.budget.timeout_seconds, spent_seconds=self._spent_seconds)
        try:
            self._calls = await execution.run(timeout_seconds=limit.seconds if limit else None)
            if past.replans and self._plan_output:
                self._calls += left_out(self._plan_output, self._planned, past, self._recorder)
            self._spent_seconds += time.monotonic() - begun
        except TimeoutError as error:
            self._spent_seconds = 0.0  # another plan than one without further calls is refused
            if limit is None:
                raise
            raise StageFault(limit.fault) from error
        strategy = plan.execution_strategy
        told = {**execution.rounds.told(), **({"strategy": strategy.value} if strategy else {})}
        return {**self._executed(), **told}

    def _replan(self, listener: EventListener, stage: Stage, fault: Fault | None) -> None:
        policy, past = self._request.options.replanning, self._sources.past
        if policy is UNSET or past.is_behind(stage) or self._plan_output is None:
            return
        if fault is not None and fault.code == FaultCode.EXECUTE_TIMEOUT:
            self._calls = ended_calls(self._planned, past_after(past, self._recorder.reported))
        made = {call.call_id for call in self._planned}
        outcome = Outcome(
            stage=stage,
            asked=replanned(self._plan_output, past.replans),
            changed=frozenset(path for replan in past.replans for path in replan.patch.after),
            calls=[call for call in self._calls if call.call_id.partition("@")[0] in made],
            fault=fault,
            confidence=self._confidence,
        )
        if is_changed(outcome, policy, self._sources, self._recorder):
            past = past_after(past, self._recorder.reported)
            past = replace(past, first_stage=Stage.VALIDATE, validated=None)
            self._sources = listener.sources = replace(self._sources, past=past)
            self._recorder.go_on_after(past)
            raise PlanChanged(replanned(outcome.asked, past.replans[-1:]))

    def _executed(self) -> JsonMap:
        for call in self._calls:
            self.context.execution_results[call.call_id] = call.data
            if call.status == "failed":
                self.log_error(call.error or "", detail=dict(call.details))
        return executed_result(self._calls, self._status())

    def _status(self) -> OrchestrationStatus:
        status = overall_status(self._calls)
        is_other = status is OrchestrationStatus.SUCCESS and self._sources.past.replans
        return OrchestrationStatus.DEGRADED if is_other else status

    def _limit(self, stage: Stage) -> TimeLimit | None:
        past = self._sources.past
        is_behind = past.is_behind(stage)
        return None if is_behind else self._sources.limits.of(stage, past.next_attempt(stage))

    async def _compose(self, plan_output: PlanOutput, executed: JsonMap) -> JsonMap:
        limit, now = self._limit(Stage.COMPOSE), self._sources.now if self._edition > 1 else None
        calls, remarks = self._calls or results_of(executed), self._remarks()
        plan, edition = plan_output.plan or Plan(), self._edition
        composition = compose(plan, calls, remarks, now=now, edition=edition)
        is_own = self._request.origin.patches.plan or self._sources.past.assets
        if remarks.is_handed_in or (edition > SECOND and is_own):
            asked, offered = self._plan_output or plan_output, composition.next_actions
            actions = that_apply(offered, asked, self._sources, plan, edition)
            composition = replace(composition, next_actions=actions)
        quality, notes = composition.quality, told(self._sources.past.replans)
        self._confidence = max(0.0, round(quality.confidence - REPLANNED * len(notes), 2))
        if notes:
            answer = " ".join([composition.answer, *(f"Note: {note}." for note in notes)])
            reasons = (*quality.reasons, *notes)
            quality = replace(quality, confidence=self._confidence, reasons=reasons)
            composition = replace(composition, answer=answer, quality=quality)
        composed = combined(ResponseBuilder(self.context.tenant_id), composition, calls, executed)
        check(limit)
        return composed

    def _remarks(self) -> Remarks:
        patched = {name for path in self._request.origin.patches.plan for name in path.split(".")}
        is_said = "output" in patched or self._sources.planning.planner == CALLER
        return remarks_of(self._decisions, is_handed_in=is_said and self._edition > 1)

    async def _present(self, plan_output: PlanOutput, composed: JsonMap | None = None) -> JsonMap:
        builder, limit = ResponseBuilder(self.context.tenant_id), self._limit(Stage.PRESENT)
        shown = direct_result(builder, plan_output) if composed is None else composed
        self.context.response_blocks.extend(as_maps(shown.get("blocks")))
        self.context.composition_metadata = as_map(shown.get("metadata"))
        kept: JsonMap = {name: shown[name] for name in _PRESENTED if name in shown}
        check(limit)
        return {**kept, "summary": shown.get("answer")}
