"""One stage on its own, on what is recorded before it or on what is given; nothing is stored."""

from collections.abc import Sequence
from typing import Final

from domain.errors import ReplayRefused
from domain.json import as_count, as_map, as_maps
from domain.replay.fork.run_sources import ForkedCalls
from domain.replay.record.recorded_calls import Recordings
from domain.replay.record.recorded_planning import recorded_planning
from domain.replay.record.recording import anchor_of, plan_of, recording_of
from domain.replay.record.terms import terms_of
from domain.run.events import HistoryEntry, RunEvent
from domain.run.facts import Origin
from domain.run.lifecycle import STAGE_ORDER, Stage
from domain.stages.given_plan import plan_output_of
from domain.stages.live import GivenPlan, live_calls, live_planning
from domain.stages.runner import Runner
from domain.stages.runner_context import RunnerContext
from domain.stages.sources import Planning, Sources
from domain.stages.workshop import Workshop
from domain.views.stage_test import IsolatedStageTestRequest, StageTestResponse

_BLOCKED: Final = Origin(kind="fork", is_blocked=True)


class _Unrecorded:
    """Stores nothing; see `Recorder`."""

    def report(self, event: RunEvent) -> RunEvent:
        """See `Recorder`."""
        return event

    async def flush(self) -> None:
        """See `Recorder`."""


async def stage_alone(
    entries: Sequence[HistoryEntry], asked: IsolatedStageTestRequest, workshop: Workshop
) -> StageTestResponse:
    """Return what the stage puts out, a failed one its error.

    Calls are answered from the record, and refused where it has none; of a live one tools are
    asked, and the planner where it plans. Raises `ReplayRefused` when a stage before it fails,
    `WrongPlan`, `ErasedResult`.
    """
    terms, now, stage = terms_of(entries), anchor_of(entries), asked.stage
    run_id, tenant_id = entries[0].envelope.stream_id, entries[0].envelope.tenant_id
    live = live_calls(workshop, terms.options, tenant_id=tenant_id, run_id=run_id, now=now)
    recorded = ForkedCalls(Recordings(recording_of(entries).counted), live, _BLOCKED)
    is_anew = asked.live and stage is Stage.ROUTE_PLAN and asked.plan_output is None
    anew = live_planning(workshop, terms, tenant_id=tenant_id, now=now)
    sources = Sources(
        planning=anew if is_anew else _planning(entries, asked),
        calls=live if asked.live else recorded,
        tools=workshop.registry,
        now=now,
        params=terms.origin.patches.params,
    )
    context = RunnerContext(tenant_id, trace_id=run_id, request_id=run_id)
    runner = Runner(context, _Unrecorded(), terms, sources)
    done = await runner.try_stages(stage, asked.prev_output)
    place, outputs = STAGE_ORDER[stage], as_maps(done["stage_outputs"])
    if place >= len(outputs):
        failed = as_map(outputs[-1]["result"]).get("error")
        raise ReplayRefused(run_id, why=f"{outputs[-1]['stage']} fails before {stage}: {failed}")
    output, given = outputs[place], as_maps(done["stage_inputs"])[place]
    result = {key: v for key, v in as_map(output["result"]).items() if key != "execution_result"}
    return StageTestResponse(
        stage=stage,
        result=as_map(workshop.confidential.redaction.of_json(result).value),
        diagnostics=as_map(output["diagnostics"]),
        duration_ms=as_count(output["duration_ms"]),
        references=as_maps(output["references"]),
        asset_overrides_used=as_map(given["applied_assets"]),
        baseline_trace_id=run_id,
        input={
            "plan_output": as_map(given["params"]).get("plan_output"),
            "prev_output": given["prev_output"],
        },
    )


def _planning(entries: Sequence[HistoryEntry], asked: IsolatedStageTestRequest) -> Planning:
    """Return what gives the plan that is asked for, or else the recorded one."""
    recording = recording_of(entries)
    if asked.plan_output is not None:
        return GivenPlan(plan_output_of(asked.plan_output))
    planned = recording.planned.plan_output if recording.planned else {}
    if "plan" in planned and asked.stage not in {Stage.ROUTE_PLAN, Stage.VALIDATE}:
        return GivenPlan({**planned, "plan": plan_of(entries)})
    return recorded_planning(entries, recording)
