"""Changing the plan of a run under way: asked for and decided on the record, with the patch."""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, Final

from msgspec import UNSET, UnsetType

from domain.plan.calls import planned_calls
from domain.plan.patch import patched_plan
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planned_call import PlannedCall
from domain.response.compose.call_result import CallResult
from domain.run.call_events import ToolCallSkipped
from domain.run.lifecycle import Stage
from domain.run.replanning import (
    ControlLoopPolicy,
    ReplanDecided,
    ReplanEvent,
    ReplanPatchDiff,
    ReplanRequested,
    ReplanTrigger,
)
from domain.stages.call_facts import call_result, skipped_result
from domain.stages.control_loop import ControlLoopManager
from domain.stages.faults import StageFault
from domain.stages.recorder import Recorder
from domain.stages.replan_rules import Outcome, proposal_of
from domain.stages.sources import Past, Sources
from domain.stages.validation import validate_plan
from domain.times import recorded_text

REPLANNED: Final = 0.10
"""What each change of the plan takes from the confidence."""


def replanned(asked: PlanOutput, replans: Iterable[ReplanEvent]) -> PlanOutput:
    """Return the plan with these changes."""
    return reduce(lambda plan, replan: patched_plan(plan, replan.patch.after), replans, asked)


def told(replans: Iterable[ReplanEvent]) -> list[str]:
    """Return a sentence for each change of the plan, without its full stop."""
    facts = ((replan.trigger.reason, replan.decision_metadata or {}) for replan in replans)
    return [f"planned again ({reason}): {decided['why']}" for reason, decided in facts]


def is_changed(
    outcome: Outcome, policy: ControlLoopPolicy, sources: Sources, recorder: Recorder
) -> bool:
    """Return whether the plan is changed after a stage, and report what leads to it."""
    proposal = proposal_of(outcome, policy)
    if proposal is None:
        return False
    stage, after = outcome.stage, proposal.after
    cause = ReplanTrigger(
        trigger_type=proposal.trigger_type,
        stage_name=stage,
        severity=proposal.severity,
        reason=proposal.reason,
        timestamp=recorded_text(sources.clock() if sources.clock else sources.now),
    )
    recorder.report(ReplanRequested(stage=stage, cause=cause))
    asked = outcome.plan().model_dump(mode="json", exclude_unset=True)
    patch = ReplanPatchDiff(before={path: _value(asked, path) for path in after}, after=after)
    loop = ControlLoopManager(policy, sources.clock, sources.past.replans)
    why_not = loop.runtime.why_not(cause) or _invalid(outcome, proposal.after, sources)
    is_approved = bool(after) and not why_not and loop.evaluate_replan_request(cause, patch)
    why = why_not if after and why_not else proposal.why
    patched = patch if after else UNSET
    recorder.report(ReplanDecided(stage=stage, is_approved=is_approved, why=why, patch=patched))
    return is_approved


def planned_again(
    asked: PlanOutput, refused: StageFault, policy: ControlLoopPolicy | UnsetType
) -> Plan:
    """Return what a run makes of a plan that its validation refuses, or raise the refusal."""
    if policy is UNSET or not policy.enable_automatic_replan:
        raise refused
    outcome = Outcome(
        stage=Stage.VALIDATE,
        asked=asked,
        changed=frozenset(),
        calls=(),
        fault=refused.fault,
        confidence=1.0,
    )
    proposal = proposal_of(outcome, policy)
    if proposal is None or not proposal.after:
        raise refused
    return outcome.plan(proposal.after)


def left_out(
    asked: PlanOutput, planned: Sequence[PlannedCall], past: Past, recorder: Recorder
) -> list[CallResult]:
    """Return what came of the calls that are not made any more; those never made are skipped."""
    made = {call.call_id for call in planned}
    gone = [call for call in planned_calls(asked.plan or Plan()) if call.call_id not in made]
    ended = {call.call_id: call for call in ended_calls(gone, past)}
    reason = f"left out: {past.replans[-1].trigger.reason}"
    for call in gone:
        if call.call_id not in ended and past.skips.get(call.call_id) != reason:
            skip = ToolCallSkipped(
                call_id=call.call_id, tool=call.tool, operation=call.operation, reason=reason
            )
            recorder.report(skip)
    return [ended.get(call.call_id) or skipped_result(call, reason) for call in gone]


def ended_calls(planned: Iterable[PlannedCall], past: Past) -> list[CallResult]:
    """Return the calls that have ended, by their last outcome."""
    last = {call_id: result for (call_id, _), result in past.outcomes.items()}
    ended = ((call, last[call.call_id]) for call in planned if call.call_id in last)
    return [call_result(call, call.params, result, is_fallback=False) for call, result in ended]


def _invalid(outcome: Outcome, after: Any, sources: Sources) -> str | None:  # noqa: ANN401 - JSON
    try:
        validate_plan(
            outcome.plan(after),
            tools=sources.tools,
            now=sources.now,
            assets=sources.past.assets,
            params=sources.params,
        )
    except StageFault as fault:
        return f"the changed plan would not do either: {fault}"
    return None


def _value(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    for key in path.split("."):
        place = int(key) if isinstance(value, list) else key
        value = value.get(place) if isinstance(value, dict) else value and value[place]
    return value
