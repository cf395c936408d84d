"""The orchestrator: runs the five stages in order, on one of three paths."""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

from msgspec import to_builtins

from domain.json import JsonMap, as_maps
from domain.plan.calls import PlannedOnce
from domain.plan.intent import PlanOutputKind
from domain.plan.plan import PlanOutput
from domain.response.builder import ResponseBuilder
from domain.run.lifecycle import Stage
from domain.stages.router import ExecutionRouter
from domain.stages.stage import StageInput, StageOutput, refusal
from domain.stages.stage_records import (
    ComposeFn,
    ExecutionFn,
    KeptRecords,
    PlanChanged,
    PlanSource,
    PresentFn,
    RecordStage,
    ReplanFn,
    StageFailedError,
    StageListener,
    StageRecords,
    StageWork,
    Unheard,
    ValidateFn,
    full_result,
)
from domain.stages.stage_work import (
    DumpedOnce,
    composed_results,
    executed_by,
    presented_by,
    routed,
    validated,
)
from domain.stages.validation import validate_plan
from domain.times import machine_time
from domain.values.arguments import listed, mapped, word_of

_LOGGER = logging.getLogger("opstrail.stages")
Maps = list[JsonMap]
Functions = tuple[ExecutionFn, PresentFn]
Orchestrated = tuple[Maps, str, JsonMap]


class StageOrchestrator:
    """Takes a plan through route_plan, validate, execute, compose and present.

    A direct answer and a refusal skip the three stages between. A stage that raises ends it with
    an error record and answer; only what the listener raises, and cancellation, are passed on.
    """

    def __init__(  # noqa: PLR0913 - what its stages need
        self,
        tenant_id: str,
        logger: logging.Logger | None = None,
        *,
        validate_fn: ValidateFn | None = None,
        compose_fn: ComposeFn | None = None,
        listener: StageListener | None = None,
        trace_id: str | None = None,
        assets: Mapping[str, str] | None = None,
        calls_of: PlannedOnce | None = None,
        replan_fn: ReplanFn = lambda *_: None,
        clock: Callable[[], datetime] = machine_time,
    ) -> None:
        """Keep what stages need; `assets` by "<stage>:<type>". By default no tools are known."""
        self._trace_id, self._clock = trace_id or secrets.token_hex(16), clock
        mapped("assets", assets)  # checked only: its owner may learn more while a run goes on
        self._logger, self._assets = logger or _LOGGER, {} if assets is None else assets
        self._validate_fn = validate_fn or (
            lambda plan: validate_plan(plan, tools=None, now=clock())
        )
        self._compose_fn = compose_fn or partial(composed_results, ResponseBuilder(tenant_id))
        self._told, self._plan_json = (listener or Unheard(), replan_fn), DumpedOnce()
        self._router = ExecutionRouter(tenant_id, logger, calls_of=calls_of)

    async def run_with_stages(
        self,
        plan_output: PlanOutput | PlanSource,
        execution_fn: ExecutionFn,
        present_fn: PresentFn,
        kept: KeptRecords | None = None,
    ) -> Orchestrated:
        """Return blocks, answer and `full_result` of what is `kept`, with the error of a stage.

        `plan_output` may be a coroutine function that makes the plan, in route_plan. The validated
        plan output goes to `execution_fn`, which returns an object, whose `results` are composed
        (see `results_of`), or a list of them; and to `present_fn`, on the plan path with the
        execute result and what was composed of it, which returns blocks, summary, references.
        """
        kept = kept or KeptRecords()
        try:
            planned, route_output = await self._route(plan_output, kept.record)
            records = (*kept.lists, kept.record, route_output)
            if planned.kind is PlanOutputKind.DIRECT:
                return await self._execute_direct_path(planned, present_fn, *records)
            if planned.kind is PlanOutputKind.REJECT:
                return await self._execute_reject_path(planned, *records)
            return await self._execute_plan_path(planned, execution_fn, present_fn, *records)
        except StageFailedError as failed:
            self._logger.warning("stage failed: stage=%s code=%s", failed.stage, failed.fault.code)
            full = {**full_result(self._trace_id, *kept.lists), "error": to_builtins(failed.fault)}
            return [], f"Error: {failed.fault.message}", full

    async def _route(
        self, source: PlanOutput | PlanSource, record_stage: RecordStage
    ) -> tuple[PlanOutput, StageOutput]:
        plan_output = source if isinstance(source, PlanOutput) else None
        given = self._build_stage_input(Stage.ROUTE_PLAN, plan_output)
        planned = list[PlanOutput]()
        work = partial(routed, source, self._router, self._told[0], self._plan_json, planned)
        output = await StageRecords(*self._told, record_stage).run(given, work)
        return planned[0], output

    async def _execute_direct_path(
        self,
        plan_output: PlanOutput,
        present_fn: PresentFn,
        stages: Maps,
        stage_inputs: Maps,
        stage_outputs: Maps,
        record_stage: RecordStage,
        route_output: StageOutput,
    ) -> Orchestrated:
        records = StageRecords(*self._told, record_stage, route_output)
        self._skip_between(records, plan_output, "direct_answer")
        work = partial(presented_by, present_fn, plan_output)
        presented = await self._present(records, plan_output, work)
        return *presented, full_result(self._trace_id, stages, stage_inputs, stage_outputs)

    async def _execute_reject_path(
        self,
        plan_output: PlanOutput,
        stages: Maps,
        stage_inputs: Maps,
        stage_outputs: Maps,
        record_stage: RecordStage,
        route_output: StageOutput,
    ) -> Orchestrated:
        records = StageRecords(*self._told, record_stage, route_output)
        self._skip_between(records, plan_output, "rejected")
        presented = await self._present(records, plan_output, partial(refusal, plan_output))
        return *presented, full_result(self._trace_id, stages, stage_inputs, stage_outputs)

    async def _execute_plan_path(  # noqa: PLR0913, PLR0917 - the customer's arguments
        self,
        plan_output: PlanOutput,
        execution_fn: ExecutionFn,
        present_fn: PresentFn,
        stages: Maps,
        stage_inputs: Maps,
        stage_outputs: Maps,
        record_stage: RecordStage,
        route_output: StageOutput,
        trace_id: str | None = None,
    ) -> Orchestrated:
        records = StageRecords(*self._told, record_stage, route_output)
        presented = await self._execute_plan(records, plan_output, (execution_fn, present_fn))
        lists = (stages, stage_inputs, stage_outputs)
        return *presented, full_result(trace_id or self._trace_id, *lists)

    async def _execute_plan(
        self, records: StageRecords, plan_output: PlanOutput, functions: Functions
    ) -> tuple[Maps, str]:
        try:
            plan = await self._validate(records, plan_output)
            work: StageWork = partial(executed_by, functions[0], plan)
            executed = await self._work(records, Stage.EXECUTE, plan, work)
            work = partial(self._compose_fn, plan, executed)
            composed = await self._work(records, Stage.COMPOSE, plan, work)
            work = partial(presented_by, functions[1], plan, {**executed, **composed})
            return await self._present(records, plan, work)
        except PlanChanged as changed:
            return await self._execute_plan(records, changed.plan_output, functions)

    async def _validate(self, records: StageRecords, plan_output: PlanOutput) -> PlanOutput:
        planned = [plan_output]
        work = partial(validated, self._validate_fn, self._told[0], self._plan_json, planned)
        await self._work(records, Stage.VALIDATE, plan_output, work)
        return planned[-1]

    async def _present(
        self, records: StageRecords, plan_output: PlanOutput, work: StageWork
    ) -> tuple[Maps, str]:
        presented = await self._work(records, Stage.PRESENT, plan_output, work)
        return as_maps(presented["blocks"]), str(presented["summary"])

    async def _work(
        self, records: StageRecords, stage: Stage, plan_output: PlanOutput, work: StageWork
    ) -> JsonMap:
        given = self._build_stage_input(stage, plan_output, records.last_result)
        return (await records.run(given, work)).result

    def _skip_between(self, records: StageRecords, plan_output: PlanOutput, reason: str) -> None:
        for stage in (Stage.VALIDATE, Stage.EXECUTE, Stage.COMPOSE):
            records.skip(self._build_stage_input(stage, plan_output, records.last_result), reason)

    def _build_stage_input(
        self,
        stage_name: str,
        plan_output: PlanOutput | None,
        prev_output: JsonMap | None = None,
        stage_assets: Mapping[str, str] | None = None,
    ) -> StageInput:
        """Return the input of a stage; the first has no previous output, and perhaps no plan."""
        stage = word_of("stage_name", stage_name, Stage)
        params: JsonMap = {"stage_name": str(stage)}
        if plan_output is not None or stage is not Stage.ROUTE_PLAN:
            params["plan_output"] = self._plan_json(plan_output)
        applied = None if stage_assets is None else mapped("stage_assets", stage_assets)
        if applied is None:
            applied = self._distribute_stage_assets(stage, self._assets)
        return StageInput(
            stage=stage,
            applied_assets=applied,
            params=params,
            prev_output=mapped("prev_output", prev_output),
            trace_id=self._trace_id,
        )

    def _distribute_stage_assets(
        self, stage: str, all_assets: Mapping[str, str]
    ) -> dict[str, str]:
        """Return a stage's assets by type, of assets that are keyed "<stage>:<type>"."""
        own, assets = f"{stage}:", mapped("all_assets", all_assets)
        return {key.removeprefix(own): assets[key] for key in assets if key.startswith(own)}

    def build_orchestration_trace(
        self,
        plan_output: PlanOutput,
        stage_outputs: Sequence[JsonMap],
        references: Sequence[JsonMap],
    ) -> JsonMap:
        """Return the orchestration as one object for inspection, with the time of now."""
        return {
            "plan_output": self._plan_json(plan_output),
            "stages": listed("stage_outputs", stage_outputs),
            "references": listed("references", references),
            "trace_id": self._trace_id,
            "timestamp": self._clock().isoformat(),
        }
