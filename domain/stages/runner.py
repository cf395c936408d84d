"""The runner: carries one requested run through all stages, every step on the record."""

import asyncio
import dataclasses
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import JsonValue, ValidationError

from domain.plan.plan import Plan, PlanOutput
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.response.blocks import TextBlock, dump_blocks
from domain.response.builder import ResponseBuilder
from domain.response.compose.composition import compose
from domain.run.call_events import ToolsRanked
from domain.run.events import RunRequested
from domain.run.facts import JsonMap
from domain.stages.ending import ending_events
from domain.stages.event_listener import EventListener
from domain.stages.execution import PlanExecution
from domain.stages.faults import FaultCode, StageFault, stage_fault
from domain.stages.orchestrator import StageOrchestrator
from domain.stages.outcome import call_counts, main_fault, overall_status
from domain.stages.outputs import maps
from domain.stages.recorder import NotRecorded, Recorder, StoppingRecorder
from domain.stages.runner_context import BaseRunner, RunnerContext
from domain.stages.stages import OrchestrationStatus, ValidatedPlan
from domain.stages.validation import validate_plan
from domain.stages.workshop import Workshop, tool_executor
from domain.tools.invalid_params import describe_invalid
from domain.tools.selector import ToolSelectionContext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.response.compose.call_result import CallResult
    from domain.tools.measurements import MeasuredCalls

_RANKED_OVER = timedelta(days=7)
"""Tools are ranked by the recorded calls of this long before the run."""


class Runner(BaseRunner):
    """Carries out one run: plans, routes, validates, executes, composes and presents."""

    def __init__(
        self,
        context: RunnerContext,
        recorder: Recorder,
        request: RunRequested,
        *,
        now: datetime,
        workshop: Workshop,
    ) -> None:
        """Keep what the run needs; `now` is what relative times of the run count back from."""
        super().__init__(context)
        self._recorder = StoppingRecorder(recorder)
        self._request, self._workshop = request, workshop
        self._now = now
        self._tools = tool_executor(context, now, workshop, request)
        self._plan_output: PlanOutput | None = None
        self._calls: list[CallResult] = []

    async def run(self) -> None:
        """Carry the run to its end, and its last event to disk.

        What goes wrong inside is recorded, not raised. Raises what the recorder raises; the run
        then stays where its history ends.
        """
        try:
            await self._carry_out()
        except NotRecorded as failed:
            raise failed.error from None

    async def _carry_out(self) -> None:
        orchestrator = StageOrchestrator(
            self.context.tenant_id,
            validate_fn=self._validate,
            compose_fn=self._compose,
            listener=EventListener(self._recorder, self, planner=self._planner_name()),
            trace_id=self.context.trace_id,
            assets=self._request.asset_overrides,
        )
        _, _, full = await orchestrator.run_with_stages(self._plan, self._execute, self._present)
        for event in ending_events(full, self._plan_output, self._calls):
            self._recorder.report(event)
        await self._recorder.flush()

    def _planner_name(self) -> tuple[str, str]:
        if self._request.plan_output is not None:
            return "caller", "1"
        return self._workshop.planner.name, self._workshop.planner.version

    async def _plan(self) -> PlanOutput:
        self._plan_output = await self._planned()
        self.context.plan = self._plan_output
        return self._plan_output

    async def _planned(self) -> PlanOutput:
        if self._request.plan_output is not None:
            return _given_plan(self._request.plan_output)
        tenant_id = self.context.tenant_id
        vocabulary = await asyncio.to_thread(self._workshop.estate.vocabulary, tenant_id)
        context = PlanningContext(tenant_id, vocabulary, self._now)
        try:
            return await self._workshop.planner.plan(self._request.question, context)
        except QuestionNotUnderstood as error:
            examples: list[JsonValue] = list(error.examples)
            code = FaultCode.QUESTION_NOT_UNDERSTOOD
            raise stage_fault(code, str(error), examples=examples) from error

    def _validate(self, plan: Plan) -> ValidatedPlan:
        validated = validate_plan(plan, tools=self._workshop.registry, now=self._now)
        self.context.plan_diagnostics = validated.decisions
        return validated

    async def _execute(self, plan_output: PlanOutput) -> JsonMap:
        plan = plan_output.plan or Plan()
        self._rank(plan, await self._recorded())
        execution = PlanExecution(
            self._recorder,
            self._tools.calls,
            self._workshop.registry,
            options=self._request.options,
            now=self._now,
        )
        try:
            self._calls = await execution.run(plan)
        except TimeoutError as error:
            limit = plan.budget.timeout_seconds
            message = f"the calls took longer than the plan's budget of {limit} s"
            code = FaultCode.EXECUTE_TIMEOUT
            raise stage_fault(code, message, timeout_seconds=limit) from error
        return self._executed()

    async def _recorded(self) -> "Mapping[str, MeasuredCalls]":
        statistics = self._workshop.statistics
        if statistics is None:
            return {}
        since = self._now - _RANKED_OVER
        return await asyncio.to_thread(statistics.measured, self.context.tenant_id, since=since)

    def _rank(self, plan: Plan, recorded: "Mapping[str, MeasuredCalls]") -> None:
        seen, candidates = self._tools.calls.rank(
            plan.intent,
            strategy=self._tools.selection_strategy(plan.mode),
            mode_hint=plan.mode_hint,
            recorded=recorded,
        )
        scores: list[JsonMap] = [dataclasses.asdict(candidate) for candidate in candidates]
        self._recorder.report(ToolsRanked(context=_seen(seen), candidates=scores))

    def _executed(self) -> JsonMap:
        calls, status = self._calls, overall_status(self._calls)
        for call in calls:
            self.context.execution_results[call.call_id] = call.data
            if call.status == "failed":
                self.log_error(call.error or "", detail=dict(call.details))
        if status is OrchestrationStatus.FAILED:
            raise StageFault(main_fault(calls))
        references: list[JsonValue] = [each for call in calls for each in call.references]
        return {
            "status": status.value,
            "calls": {call.call_id: call.status for call in calls},
            "counts": {**call_counts(calls)},
            "references": references,
            "warnings": [warning for call in calls for warning in call.warnings],
            "errors": [f"{call.call_id}: {call.error}" for call in calls if call.error],
        }

    async def _compose(self, plan_output: PlanOutput, executed: JsonMap) -> JsonMap:
        composition = compose(plan_output.plan or Plan(), self._calls)
        quality = composition.quality
        return {
            "status": executed["status"],
            "answer": composition.answer,
            "blocks": [*dump_blocks(composition.blocks)],
            "references": [*composition.references],
            "next_actions": [
                action.model_dump(mode="json") for action in composition.next_actions
            ],
            "confidence": quality.confidence,
            "confidence_reasons": [*quality.reasons],
        }

    async def _present(self, plan_output: PlanOutput, composed: JsonMap | None = None) -> JsonMap:
        if composed is None:
            composed = _direct(plan_output)
        response = ResponseBuilder(self.context.tenant_id).build_success_response(
            maps(composed["blocks"]),
            str(composed["answer"]),
            maps(composed["references"]),
            maps(composed.get("next_actions")),
        )
        self.context.response_blocks.extend(response["blocks"])
        return {
            **{
                key: composed[key]
                for key in ("confidence", "confidence_reasons")
                if key in composed
            },
            "summary": response["answer"],
            "blocks": [*response["blocks"]],
            "references": [*response["references"]],
            "next_actions": [*response["next_actions"]],
        }


def _given_plan(plan_output: JsonMap) -> PlanOutput:
    try:
        return PlanOutput.model_validate(plan_output)
    except ValidationError as error:
        message = describe_invalid(error, subject="the plan")
        raise stage_fault(FaultCode.PLAN_INVALID, message) from error


def _direct(plan_output: PlanOutput) -> JsonMap:
    payload = plan_output.direct_answer
    answer = payload.answer if payload else ""
    references: list[JsonValue] = [*payload.references] if payload else []
    return {
        "answer": answer,
        "blocks": [*dump_blocks([TextBlock(text=answer)])],
        "references": references,
        "confidence": payload.confidence if payload else 1.0,
    }


def _seen(context: ToolSelectionContext) -> JsonMap:
    return {
        "intent": context.intent.value if context.intent else None,
        "strategy": context.user_pref.value,
        "current_load": dict(context.current_load),
        "estimated_time": dict(context.estimated_time),
        "success_rate": dict(context.success_rate),
        "mode_hint": context.mode_hint,
    }
