"""The orchestrator: runs the five stages in order, on one of three paths."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import to_builtins

from domain.json import JsonMap, as_map, as_maps
from domain.plan.calls import PlannedOnce
from domain.plan.intent import PlanOutputKind
from domain.plan.plan import Plan, PlanOutput
from domain.run.lifecycle import Stage
from domain.stages.router import ExecutionRouter
from domain.stages.stage import StageInput, named_item, refusal, validation_result
from domain.stages.stage_records import (
    ComposeFn,
    ExecutionFn,
    PlanChanged,
    PlanSource,
    PresentFn,
    ReplanFn,
    StageFailedError,
    StageListener,
    StageRecords,
    StageWork,
    UnderWay,
    ValidateFn,
)

_BETWEEN = (Stage.VALIDATE, Stage.EXECUTE, Stage.COMPOSE)


class StageOrchestrator:
    """Takes a plan through route_plan, validate, execute, compose and present.

    A direct answer and a refusal skip the three stages between, on the record. A stage that raises
    ends the orchestration with an error record and an error answer; the caller sees only what the
    listener raises, and cancellation.
    """

    def __init__(  # noqa: PLR0913 - what its stages need
        self,
        tenant_id: str,
        logger: logging.Logger | None = None,
        *,
        validate_fn: ValidateFn,
        compose_fn: ComposeFn,
        listener: StageListener,
        trace_id: str | None = None,
        assets: Mapping[str, str] | None = None,
        calls_of: PlannedOnce | None = None,
        replan_fn: ReplanFn = lambda *_: None,
    ) -> None:
        """Keep what the stages need; `assets` are keyed "<stage>:<type>"."""
        self._tenant_id, self._trace_id = tenant_id, trace_id
        self._logger = logger or logging.getLogger("opstrail.stages")
        self._validate_fn, self._compose_fn = validate_fn, compose_fn
        self._listener, self._assets = listener, dict(assets or {})
        self._replan_fn = replan_fn
        self._router = ExecutionRouter(tenant_id, logger, calls_of=calls_of)
        self._dumped: tuple[PlanOutput, JsonMap] | None = None

    async def run_with_stages(
        self,
        plan_output: PlanOutput | PlanSource,
        execution_fn: ExecutionFn,
        present_fn: PresentFn,
    ) -> tuple[list[JsonMap], str, JsonMap]:
        """Return blocks, answer and the full result.

        The full result has stages, stage_inputs and stage_outputs, and error when a stage failed.
        `plan_output` may be a coroutine function that makes the plan; it then runs inside
        route_plan. `present_fn` gets the plan output, and on the plan path also the composed
        result; it returns blocks, summary, references.
        """
        under_way = await self.run(plan_output, execution_fn, present_fn)
        full = under_way.records.as_result()
        if under_way.fault:
            full["error"] = to_builtins(under_way.fault)
        return under_way.blocks, under_way.answer, full

    async def run(
        self,
        plan_output: PlanOutput | PlanSource,
        execution_fn: ExecutionFn,
        present_fn: PresentFn,
    ) -> UnderWay:
        """Do what `run_with_stages` does, and return it as it is, not put into JSON yet."""
        under_way = UnderWay(
            StageRecords(self._listener, self._replan_fn), execution_fn, present_fn
        )
        try:
            planned = await self._route(under_way, plan_output)
            await self._take_path(under_way, planned)
        except StageFailedError as failed:
            self._logger.warning("stage failed: stage=%s code=%s", failed.stage, failed.fault.code)
            under_way.fault = failed.fault
            under_way.blocks, under_way.answer = [], f"Error: {failed.fault.message}"
        return under_way

    async def _route(self, under_way: UnderWay, source: PlanOutput | PlanSource) -> PlanOutput:
        planned: list[PlanOutput] = []  # what a stage's work returns is JSON for the record

        async def work() -> JsonMap:
            plan_output = source if isinstance(source, PlanOutput) else await source()
            planned.append(plan_output)
            dumped = self._plan_json(plan_output)
            self._listener.plan_produced(dumped)
            route = self._choose_route(plan_output)
            return {"kind": plan_output.kind.value, "route": route, "plan_output": dumped}

        given = source if isinstance(source, PlanOutput) else None
        await under_way.records.run(self._build_stage_input(Stage.ROUTE_PLAN, given), work)
        return planned[0]

    def _choose_route(self, plan_output: PlanOutput) -> str:
        route = self._router.determine_route(plan_output)
        analysis = self._router.analyze_plan_structure(plan_output)
        seen = self._router.get_routing_context(
            None, named_item(plan_output), analysis["graph_focus"], analysis["metric_focus"]
        )
        config = self._router.get_route_config(route)
        self._listener.route_chosen(route, config=config, analysis=analysis, seen=seen)
        return route

    async def _take_path(self, under_way: UnderWay, plan_output: PlanOutput) -> None:
        match plan_output.kind:
            case PlanOutputKind.DIRECT:
                await self._execute_direct_path(under_way, plan_output)
            case PlanOutputKind.REJECT:
                await self._execute_reject_path(under_way, plan_output)
            case PlanOutputKind.PLAN:
                await self._execute_plan_path(under_way, plan_output)

    async def _execute_direct_path(self, under_way: UnderWay, plan_output: PlanOutput) -> None:
        self._skip_between(under_way, plan_output, "direct_answer")
        await self._present(under_way, plan_output, lambda: under_way.present_fn(plan_output))

    async def _execute_reject_path(self, under_way: UnderWay, plan_output: PlanOutput) -> None:
        self._skip_between(under_way, plan_output, "rejected")

        async def refuse() -> JsonMap:
            return refusal(plan_output)

        await self._present(under_way, plan_output, refuse)

    async def _execute_plan_path(self, under_way: UnderWay, plan_output: PlanOutput) -> None:
        try:
            await self._execute_plan(under_way, plan_output)
        except PlanChanged as changed:
            await self._execute_plan_path(under_way, changed.plan_output)

    async def _execute_plan(self, under_way: UnderWay, plan_output: PlanOutput) -> None:
        plan = await self._validate(under_way, plan_output)
        executed = await self._work(
            under_way, Stage.EXECUTE, plan, lambda: under_way.execution_fn(plan)
        )
        composed = await self._work(
            under_way, Stage.COMPOSE, plan, lambda: self._compose_fn(plan, executed)
        )
        await self._present(under_way, plan, lambda: under_way.present_fn(plan, composed))

    async def _validate(self, under_way: UnderWay, plan_output: PlanOutput) -> PlanOutput:
        found: list[PlanOutput] = []

        async def work() -> JsonMap:
            validated = self._validate_fn(plan_output.plan or Plan())
            is_changed = validated.plan is not plan_output.plan
            changed = plan_output.model_copy(update={"plan": validated.plan})
            found.append(changed if is_changed else plan_output)
            dumped = as_map(self._plan_json(found[0])["plan"])
            self._listener.plan_validated(dumped, validated.decisions)
            return validation_result(validated)

        await self._work(under_way, Stage.VALIDATE, plan_output, work)
        return found[0]

    async def _present(
        self, under_way: UnderWay, plan_output: PlanOutput, work: StageWork
    ) -> None:
        presented = await self._work(under_way, Stage.PRESENT, plan_output, work)
        under_way.blocks = as_maps(presented.get("blocks"))
        under_way.answer = str(presented.get("summary") or "")

    async def _work(
        self, under_way: UnderWay, stage: Stage, plan_output: PlanOutput, work: StageWork
    ) -> JsonMap:
        given = self._build_stage_input(stage, plan_output, under_way.records.last_result)
        return await under_way.records.run(given, work)

    def _skip_between(self, under_way: UnderWay, plan_output: PlanOutput, reason: str) -> None:
        records = under_way.records
        for stage in _BETWEEN:
            records.skip(self._build_stage_input(stage, plan_output, records.last_result), reason)

    def _build_stage_input(
        self,
        stage_name: str,
        plan_output: PlanOutput | None,
        prev_output: JsonMap | None = None,
        stage_assets: Mapping[str, str] | None = None,
    ) -> StageInput:
        """Return the input of a stage; the first has no previous output, and perhaps no plan."""
        params: JsonMap = {"stage_name": str(stage_name)}
        if plan_output is not None:
            params["plan_output"] = self._plan_json(plan_output)
        if stage_assets is None:
            stage_assets = self._distribute_stage_assets(stage_name, self._assets)
        return StageInput(
            stage=Stage(stage_name),
            applied_assets=dict(stage_assets),
            params=params,
            prev_output=prev_output or {},
            trace_id=self._trace_id,
        )

    def _plan_json(self, plan_output: PlanOutput) -> JsonMap:
        """Return the plan output as stored, dumped once: that is the dearest part of an input."""
        if self._dumped is None or self._dumped[0] is not plan_output:
            self._dumped = plan_output, plan_output.model_dump(mode="json", exclude_unset=True)
        return self._dumped[1]

    def _distribute_stage_assets(
        self, stage: str, all_assets: Mapping[str, str]
    ) -> dict[str, str]:
        """Return a stage's assets by type, of assets that are keyed "<stage>:<type>"."""
        prefix = f"{stage}:"
        return {
            key.removeprefix(prefix): asset
            for key, asset in all_assets.items()
            if key.startswith(prefix)
        }

    def build_orchestration_trace(
        self,
        plan_output: PlanOutput,
        stage_outputs: Sequence[JsonMap],
        references: Sequence[JsonMap],
        *,
        at: datetime,
    ) -> JsonMap:
        """Return the orchestration as one object for inspection; `at` is when it was built."""
        return {
            "plan_output": self._plan_json(plan_output),
            "stages": list(stage_outputs),
            "references": list(references),
            "trace_id": self._trace_id,
            "timestamp": at.isoformat(),
        }
