"""One stage on its own, on what is recorded before it or on what is given; nothing is stored."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace
from pydantic import JsonValue

from domain.errors import ReplayRefused
from domain.json import JsonMap, as_count, as_map, as_maps, as_texts
from domain.replay.fork.run_sources import ForkedCalls
from domain.replay.record.recorded_planning import recorded_planning
from domain.replay.record.recording import anchor_of, plan_of, recording_of
from domain.replay.record.recordings import Recordings
from domain.replay.record.terms import terms_of
from domain.run.events import HistoryEntry, RunEvent, RunRequested
from domain.run.facts import Origin
from domain.run.lifecycle import STAGE_ORDER, Stage
from domain.stages.effects import EffectGuard, EffectsMade, GuardedCalls
from domain.stages.given_plan import plan_output_of
from domain.stages.live import GivenPlan, LivePlanning, context_of, live_calls, live_planning
from domain.stages.runner import Runner
from domain.stages.runner_context import RunnerContext
from domain.stages.sources import Planning, Sources
from domain.stages.workshop import Workshop
from domain.times import machine_time
from domain.tools.contracts import ToolContext
from domain.tools.policies.policy import (
    EVERY_TOOL,
    Approval,
    Policies,
    PolicyDocument,
    ToolPolicy,
)
from domain.views.stage_test import IsolatedStageTestRequest, StageTestResponse

_PREVIOUS: Final = {
    Stage.COMPOSE: frozenset(
        {"status", "calls", "counts", "results", "references", "warnings", "errors"}
        | {"strategy", "rounds", "signature"}
    ),
    Stage.PRESENT: frozenset(
        {"status", "success", "answer", "blocks", "references", "next_actions", "metadata"}
        | {"confidence", "confidence_reasons", "errors", "warnings", "execution_result"}
    ),
}
"""What the output of the stage before says, of the stages that read it."""
_BLOCKED: Final = Origin(kind="fork", is_blocked=True)
_NO_EFFECTS: Final = Origin(blocks_effects=True)
_ALL_NEED_APPROVAL: Final = Policies(
    PolicyDocument(tools={EVERY_TOOL: ToolPolicy(approval=Approval.REQUIRED)})
)


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
    asked, but for effects, which nothing would record, and the planner where it plans. A previous
    output that it does not read is a warning. Raises `ReplayRefused` when a stage before it fails,
    and for a question that is not planned, `WrongPlan`, `ErasedResult`.
    """
    terms, now, stage = _terms(entries, asked), anchor_of(entries), asked.stage
    _require_meaning(entries, asked)
    run_id, tenant_id = entries[0].envelope.stream_id, entries[0].envelope.tenant_id
    live = _without_effects(workshop, terms, context_of(entries[0].envelope, now))
    recorded = ForkedCalls(Recordings(recording_of(entries).counted), live, _BLOCKED)
    assets = workshop.assets_of(entries)
    anew = live_planning(workshop, terms, assets, tenant_id=tenant_id, now=now)
    sources = Sources(
        planning=anew if _is_planned(asked) else _planning(entries, asked),
        calls=live if asked.live else recorded,
        tools=workshop.registry,
        now=now,
        params=terms.origin.patches.params,
        assets=assets,
        words=anew.words if isinstance(anew, LivePlanning) else assets.recorded_words(),
    )
    context = RunnerContext(tenant_id, trace_id=run_id, request_id=run_id)
    done = await Runner(context, _Unrecorded(), terms, sources).try_stages(
        stage, asked.prev_output
    )
    place, outputs = STAGE_ORDER[stage], as_maps(done["stage_outputs"])
    if place >= len(outputs):
        failed = as_map(outputs[-1]["result"]).get("error")
        why = f"{outputs[-1]['stage']} fails before {stage}: {failed}"
        raise ReplayRefused(run_id, why=why, field="stage")
    output, given = outputs[place], as_maps(done["stage_inputs"])[place]
    result = {key: v for key, v in as_map(output["result"]).items() if key != "execution_result"}
    return StageTestResponse(
        stage=stage,
        result=as_map(workshop.confidential.redaction.of_json(result).value),
        diagnostics=_told(as_map(output["diagnostics"]), given["prev_output"], asked),
        duration_ms=as_count(output["duration_ms"]),
        references=as_maps(output["references"]),
        asset_overrides_used=as_map(given["applied_assets"]),
        baseline_trace_id=run_id,
        input={
            "plan_output": as_map(given["params"]).get("plan_output"),
            "prev_output": given["prev_output"],
        },
    )


def _without_effects(
    workshop: Workshop, terms: RunRequested, context: ToolContext
) -> GuardedCalls:
    policies = workshop.policies(context.tenant_id)
    tools = live_calls(workshop, terms.options, policies, context=context, takes_cached=False)
    given = (workshop.registry, EffectsMade(), _NO_EFFECTS, machine_time)
    return GuardedCalls(tools, EffectGuard(*given, (_ALL_NEED_APPROVAL,)))


def _terms(entries: Sequence[HistoryEntry], asked: IsolatedStageTestRequest) -> RunRequested:
    terms = terms_of(entries)
    question = terms.question if asked.question is None else asked.question
    if question != terms.question and not _is_planned(asked):
        why = "another question is planned by route_plan alone, live and without a plan"
        raise ReplayRefused(entries[0].envelope.stream_id, why=why, field="question")
    assets = terms.asset_overrides | asked.asset_overrides
    return replace(terms, question=question, asset_overrides=assets)


def _require_meaning(entries: Sequence[HistoryEntry], asked: IsolatedStageTestRequest) -> None:
    """Refuse keys of a previous output that no output before the stage has."""
    known = _PREVIOUS.get(asked.stage, frozenset())
    unknown = sorted(as_map(asked.prev_output).keys() - known)
    if known and unknown:
        why = f"{asked.stage} knows no {', '.join(unknown)} in prev_output"
        allowed = f"allowed: {', '.join(sorted(known))}"
        run_id, why = entries[0].envelope.stream_id, f"{why}; {allowed}"
        raise ReplayRefused(run_id, why=why, field="prev_output")


def _is_planned(asked: IsolatedStageTestRequest) -> bool:
    return asked.live and asked.stage is Stage.ROUTE_PLAN and asked.plan_output is None


def _told(diagnostics: JsonMap, read: JsonValue, asked: IsolatedStageTestRequest) -> JsonMap:
    """Return the diagnostics, with a warning where the previous output given was not read."""
    if as_map(asked.prev_output).items() <= as_map(read).items():
        return diagnostics
    status = "warning" if diagnostics["status"] == "ok" else diagnostics["status"]
    told = f"{asked.stage} did not read the prev_output that was given"
    warnings = [*as_texts(diagnostics["warnings"]), told]
    return {**diagnostics, "status": status, "warnings": list[JsonValue](warnings)}


def _planning(entries: Sequence[HistoryEntry], asked: IsolatedStageTestRequest) -> Planning:
    """Return what gives the plan that is asked for, or else the recorded one."""
    recording = recording_of(entries)
    if asked.plan_output is not None:
        return GivenPlan(plan_output_of(asked.plan_output))
    planned = recording.planned.plan_output if recording.planned else {}
    if "plan" in planned and asked.stage not in {Stage.ROUTE_PLAN, Stage.VALIDATE}:
        return GivenPlan({**planned, "plan": plan_of(entries)})
    return recorded_planning(entries, recording)
