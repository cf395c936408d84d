"""Runs that come from other runs: the requests for forks and reruns, checked beforehand."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import NoSuchVersion, ReplayRefused
from domain.json import JsonMap
from domain.plan.patch import WrongPatch, patched_plan
from domain.plan.plan import Plan, PlanOutput
from domain.replay.fork.run_sources import inherited
from domain.replay.record.recorded_calls import empty_patch
from domain.replay.record.recording import anchor_of, recording_of, request_of
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry
from domain.run.facts import Origin, Patches, ResultPatch
from domain.run.lifecycle import Stage
from domain.stages.faults import StageFault
from domain.stages.validation import validate_plan
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolErrorCode
from domain.tools.invalid_params import describe_invalid
from domain.views.response import run_response


class Fork(BaseModel):
    """How a run is forked: at which version (None is the last one), with which changes, and why.

    `action` is the number of a next action of the run's response: the fork has its changes, too,
    under those of the patches. `is_blocked` refuses every call that is not on the record.
    """

    model_config = ConfigDict(frozen=True)

    reason: str
    at: int | None = Field(
        default=None, ge=1, description="Use the record up to this version; None is all of it."
    )
    patches: Patches = Field(
        default=Patches(), description="Changes of plan, parameters, assets and results."
    )
    action: int | None = Field(
        default=None, ge=1, description="Change the plan as this next action of the answer does."
    )
    is_blocked: bool = Field(
        default=False, description="Refuse every call that is not on the record."
    )


def fork_request(parent: Sequence[HistoryEntry], fork: Fork, tools: KnownTools) -> RequestRun:
    """Return the request for a fork of the run with this history.

    Raises `NoSuchVersion`, and `ReplayRefused` for a change that does not fit the run.
    """
    run_id = parent[0].envelope.stream_id
    at = len(parent) if fork.at is None else fork.at
    if not 1 <= at <= len(parent):
        raise NoSuchVersion(run_id, asked=at, last=len(parent))
    patches = _with_inherited(parent, _with_action(parent, fork))
    patches = replace(patches, results=_results(parent, patches.results))
    _check_assets(run_id, patches.assets)
    origin = Origin(
        kind="fork",
        parent_run_id=run_id,
        parent_version=at,
        reason=fork.reason,
        patches=patches,
        is_blocked=fork.is_blocked,
    )
    _check_plan(parent, origin, tools)
    return _request(parent, origin)


def rerun_request(parent: Sequence[HistoryEntry], reason: str) -> RequestRun:
    """Return the request for a rerun of the run with this history: its plan, all calls live."""
    origin = Origin(
        kind="rerun",
        parent_run_id=parent[0].envelope.stream_id,
        parent_version=len(parent),
        reason=reason,
        patches=_with_inherited(parent, Patches()),
    )
    return _request(parent, origin)


def _with_action(parent: Sequence[HistoryEntry], fork: Fork) -> Patches:
    if fork.action is None:
        return fork.patches
    plan = _patch_of_action(parent, fork.action) | fork.patches.plan
    return replace(fork.patches, plan=plan)


def _patch_of_action(parent: Sequence[HistoryEntry], number: int) -> JsonMap:
    """Return the patch of the plan that a next action stands for; they are numbered from 1.

    Raises `ReplayRefused` when there is no such action, or it changes no plan.
    """
    actions = enumerate(run_response(parent)["next_actions"], start=1)
    patches = {place: patch for place, action in actions if (patch := _action_patch(action))}
    if number not in patches:
        possible = ", ".join(map(str, patches)) or "none"
        why = f"next action {number} changes no plan; those that do: {possible}"
        raise ReplayRefused(parent[0].envelope.stream_id, why=why)
    return patches[number]


def _action_patch(action: JsonMap) -> JsonMap | None:
    payload = action.get("payload")
    patch = payload.get("patch") if isinstance(payload, dict) else None
    return patch if isinstance(patch, dict) else None


def _request(parent: Sequence[HistoryEntry], origin: Origin) -> RequestRun:
    request = request_of(parent)
    return RequestRun(
        question=request.question,
        plan_output=request.plan_output,
        options=request.options,
        asset_overrides=request.asset_overrides,
        origin=origin,
    )


def _with_inherited(parent: Sequence[HistoryEntry], patches: Patches) -> Patches:
    """Return the patches with those of the parent that its plan does not hold."""
    before = request_of(parent).origin.patches
    params = dict(before.params)
    for call_id, changed in patches.params.items():
        params[call_id] = params.get(call_id, {}) | changed
    return replace(patches, params=params, assets=before.assets | patches.assets)


def _results(
    parent: Sequence[HistoryEntry], patches: Mapping[str, ResultPatch]
) -> dict[str, ResultPatch]:
    calls = {call.started.call_id: call for call in recording_of(parent).calls}
    run_id, found = parent[0].envelope.stream_id, {}
    for call_id, patch in patches.items():
        if call_id not in calls:
            known = ", ".join(sorted(calls)) or "none"
            raise ReplayRefused(run_id, why=f"there is no call {call_id!r}; calls: {known}")
        result = calls[call_id].result
        if patch.kind == "empty" and (result is None or not result.success):
            why = f"call {call_id!r} has no result that could be emptied"
            raise ReplayRefused(run_id, why=why)
        if patch.kind == "error":
            _check_code(run_id, patch.error_code)
        found[call_id] = empty_patch(result) if patch.kind == "empty" and result else patch
    return found


def _check_code(run_id: str, code: str | None) -> None:
    if code is not None and code not in list(ToolErrorCode):
        allowed = ", ".join(ToolErrorCode)
        raise ReplayRefused(run_id, why=f"{code!r} is no error code of a tool; allowed: {allowed}")


def _check_assets(run_id: str, assets: Mapping[str, str]) -> None:
    for key in assets:
        stage, _, kind = key.partition(":")
        if not kind or stage not in list(Stage):
            allowed = ", ".join(f"{each}:<type>" for each in Stage)
            raise ReplayRefused(run_id, why=f"{key!r} names no asset; allowed: {allowed}")


def _check_plan(parent: Sequence[HistoryEntry], origin: Origin, tools: KnownTools) -> None:
    """Check the patched plan, if it is there; one that is made anew is checked when it is made."""
    patches, planned = origin.patches, inherited(origin, parent).planned
    if planned is None or not (patches.plan or patches.params):
        return
    run_id = parent[0].envelope.stream_id
    try:
        output = patched_plan(PlanOutput.model_validate(planned.plan_output), patches.plan)
        plan = output.plan or Plan()
        validate_plan(plan, tools=tools, now=anchor_of(parent), params=patches.params)
    except ValidationError as error:
        why = describe_invalid(error, subject="the patched plan")
        raise ReplayRefused(run_id, why=why) from error
    except (WrongPatch, StageFault) as error:
        raise ReplayRefused(run_id, why=str(error)) from error
