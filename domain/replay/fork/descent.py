"""Runs that come from other runs: the requests for forks and reruns, checked beforehand."""

from collections.abc import Sequence

from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field

from domain.errors import NoSuchVersion, ReplayRefused
from domain.json import JsonMap
from domain.replay.fork.run_sources import inherited
from domain.replay.record.patch_checks import fitting_patches
from domain.replay.record.terms import terms_of
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry
from domain.run.facts import Origin, Patches, with_patches
from domain.tools.catalogue import KnownTools
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
    origin = Origin(
        kind="fork",
        parent_run_id=run_id,
        parent_version=at,
        reason=fork.reason,
        is_blocked=fork.is_blocked,
    )
    planned = inherited(origin, parent).planned
    patches = fitting_patches(parent, patches, planned=planned, tools=tools)
    return _request(parent, replace(origin, patches=patches))


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
    request = terms_of(parent)
    return RequestRun(
        question=request.question,
        plan_output=request.plan_output,
        options=request.options,
        asset_overrides=request.asset_overrides,
        origin=origin,
    )


def _with_inherited(parent: Sequence[HistoryEntry], patches: Patches) -> Patches:
    """Return the patches with those of the parent that its plan does not hold."""
    before = terms_of(parent).origin.patches
    return with_patches(Patches(params=before.params, assets=before.assets), patches)
