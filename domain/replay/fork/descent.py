"""Runs that come from other runs: the requests for forks and reruns, checked beforehand."""

from collections.abc import Sequence
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace
from pydantic import Field

from domain.errors import NoSuchVersion, ReplayRefused
from domain.json import JsonMap, as_map, as_text
from domain.replay.fork.run_sources import inherited
from domain.replay.record.changes import Changes, NoSuchCall, fitting_patches
from domain.replay.record.recording import recording_of, request_of
from domain.replay.record.terms import pending_plan_patch, terms_of
from domain.run.call_events import ToolCallFailed, ToolCallSkipped, ToolCallStarted
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry, RunRecovered, RunResumed
from domain.run.facts import Origin, Patches, with_patches
from domain.tools.catalogue import KnownTools
from domain.values.fields import Name
from domain.views.response import run_response

_BLOCKS_EFFECTS: Final[bool] = Field(
    default=False, description="Refuse what a person would have to allow, and do not wait."
)


class Fork(Changes):
    """How a run is forked: what of its record is used, with which changes, and why.

    `action` is the number of a next action of the run's response: the fork has its changes, too,
    under those of the patches; of one that is a question, that is asked as a follow-up instead.
    """

    at: int | None = Field(
        default=None, ge=1, description="Use the record up to this version; None is all of it."
    )
    from_call: Name | None = Field(
        default=None, description="Use the record up to where this call began."
    )
    retry_failed: bool = Field(
        default=False, description="Ask the calls again that have failed on the record."
    )
    action: int | None = Field(
        default=None,
        ge=1,
        description="Take this next action of the answer: change the plan so, or ask this.",
    )
    is_blocked: bool = Field(
        default=False, description="Refuse every call that is not on the record."
    )
    blocks_effects: bool = _BLOCKS_EFFECTS


class Rerun(Changes):
    """Which plan of a run is carried out again, with which changes, and why."""

    at: int | None = Field(
        default=None, ge=1, description="Take the plan that it had at this version."
    )
    blocks_effects: bool = _BLOCKS_EFFECTS


def fork_request(parent: Sequence[HistoryEntry], fork: Fork, tools: KnownTools) -> RequestRun:
    """Return the request for a fork of the run with this history.

    Raises `NoSuchVersion`, and `ReplayRefused` for a change that does not fit the run.
    """
    if fork.action is not None and (asked := _question_of(parent, fork.action)):
        return _asking(parent, fork, asked)
    at = _version(parent, fork.at) if fork.from_call is None else _begin_of(parent, fork)
    origin = Origin(
        kind="fork",
        parent_run_id=parent[0].envelope.stream_id,
        parent_version=at,
        reason=fork.reason,
        is_blocked=fork.is_blocked,
        is_retrying=fork.retry_failed or UNSET,
        blocks_effects=fork.blocks_effects or UNSET,
    )
    if fork.retry_failed:
        _check_one_failed(parent[:at])
    return _request(parent, origin, _with_action(parent, fork), tools)


def rerun_request(parent: Sequence[HistoryEntry], rerun: Rerun, tools: KnownTools) -> RequestRun:
    """Return the request for a rerun of the run with this history: its plan, all calls live.

    Raises like `fork_request`.
    """
    origin = Origin(
        kind="rerun",
        parent_run_id=parent[0].envelope.stream_id,
        parent_version=_version(parent, rerun.at),
        reason=rerun.reason,
        blocks_effects=rerun.blocks_effects or UNSET,
    )
    return _request(parent, origin, rerun, tools)


def _version(parent: Sequence[HistoryEntry], at: int | None) -> int:
    if at is not None and not 1 <= at <= len(parent):
        raise NoSuchVersion(parent[0].envelope.stream_id, asked=at, last=len(parent))
    return len(parent) if at is None else at


def _begin_of(parent: Sequence[HistoryEntry], fork: Fork) -> int:
    """Return the version before the call began; a fallback belongs to what it stands in for."""
    run_id, found = parent[0].envelope.stream_id, dict[str, int]()
    taken_up = 0
    for entry in parent:
        match entry.event:
            case RunResumed() | RunRecovered():
                taken_up = entry.envelope.version
            case ToolCallStarted(call_id=call_id) | ToolCallSkipped(call_id=call_id):
                if found.get(call_id, 0) <= taken_up:
                    found[call_id] = entry.envelope.version
            case _:
                pass
    if fork.from_call not in found:
        raise NoSuchCall(run_id, fork.from_call, known=found)
    if fork.at is not None:
        raise ReplayRefused(
            run_id, why="it parts at a version or at a call, not at both", field="from_call"
        )
    return found[fork.from_call] - 1


def _check_one_failed(until: Sequence[HistoryEntry]) -> None:
    if not any(isinstance(call.ended, ToolCallFailed) for call in recording_of(until).counted):
        why = (
            "no call that went out has failed, so none is left to ask again;"
            " what was denied or skipped is asked by a fork of all calls"
        )
        raise ReplayRefused(until[0].envelope.stream_id, why=why, field="retry_failed")


def _asking(parent: Sequence[HistoryEntry], fork: Fork, asked: JsonMap) -> RequestRun:
    """Return the request for a question that a run offers instead of its own."""
    origin = Origin(
        kind="follow_up",
        parent_run_id=parent[0].envelope.stream_id,
        parent_version=len(parent),
        reason=fork.reason,
    )
    query, plan_output = asked.get("query"), None
    if isinstance(query, dict):
        from domain.stages.given_query import planned  # noqa: PLC0415 - few actions are queries

        plan_output = planned(query)
    return RequestRun(
        question=as_text(asked["question"]),
        plan_output=plan_output,
        options=terms_of(parent).options,
        origin=origin,
        followed=request_of(parent).followed if query is None else UNSET,
    )


def _with_action(parent: Sequence[HistoryEntry], fork: Fork) -> Fork:
    if fork.action is None:
        return fork
    plan = _patch_of_action(parent, fork.action) | fork.patches.plan
    return fork.model_copy(update={"patches": replace(fork.patches, plan=plan)})


def _patch_of_action(parent: Sequence[HistoryEntry], number: int) -> JsonMap:
    """Return the patch of the plan that a next action stands for; they are numbered from 1.

    Raises `ReplayRefused` when there is no such action, or it changes no plan and asks nothing.
    """
    payloads = dict(enumerate(_payloads(parent), start=1))
    patch = as_map(payloads.get(number, {}).get("patch"))
    if not patch:
        known = [n for n, each in payloads.items() if each.get("patch") or each.get("question")]
        possible = ", ".join(map(str, known)) or "none"
        why = f"next action {number} cannot be taken; those that can: {possible}"
        raise ReplayRefused(parent[0].envelope.stream_id, why=why, field="action")
    return patch


def _question_of(parent: Sequence[HistoryEntry], number: int) -> JsonMap | None:
    """Return what a next action asks, None where it asks nothing."""
    asked = dict(enumerate(_payloads(parent), start=1)).get(number, {})
    return asked if "question" in asked else None


def _payloads(parent: Sequence[HistoryEntry]) -> list[JsonMap]:
    return [as_map(action.get("payload")) for action in run_response(parent)["next_actions"]]


def _request(
    parent: Sequence[HistoryEntry], origin: Origin, changes: Changes, tools: KnownTools
) -> RequestRun:
    until = parent[: origin.parent_version]
    terms = terms_of(until)
    patches = fitting_patches(
        parent,
        with_patches(_inherited(until), changes.patches),
        planned=inherited(origin, parent).planned,
        tools=tools,
    )
    timeout_ms = changes.timeout_ms or terms.options.call_timeout_ms
    return RequestRun(
        question=terms.question,
        plan_output=terms.plan_output,
        options=replace(terms.options, call_timeout_ms=timeout_ms),
        asset_overrides=terms.asset_overrides,
        origin=replace(origin, patches=patches),
        followed=terms.followed,
    )


def _inherited(until: Sequence[HistoryEntry]) -> Patches:
    """Return the patches of the parent that its plan does not hold."""
    before = terms_of(until).origin.patches
    plan = pending_plan_patch(until)
    return Patches(plan=plan, params=before.params, assets=before.assets)
