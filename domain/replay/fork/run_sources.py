"""What a run is carried out with: its own record, what it inherits, and the world."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET, UnsetType

from domain.assets.names import POLICY
from domain.estate.looked_up import LookedUp
from domain.replay.record.recorded_call import RecordedCall
from domain.replay.record.recorded_calls import patched_result
from domain.replay.record.recorded_planning import PatchedPlanning, planning_of
from domain.replay.record.recording import recording_of, request_of
from domain.replay.record.recordings import Recordings
from domain.replay.record.terms import pending_plan_patch, terms_of
from domain.replay.resume.continuation import past_of
from domain.run.call_events import ToolCallFailed
from domain.run.events import HistoryEntry, PlanProduced, RunRecovered, RunResumed
from domain.run.facts import Origin
from domain.stages.asset_use import versions_of
from domain.stages.effects import EffectGuard, GuardedCalls, effects_made
from domain.stages.live import LivePlanning, context_of, live_calls, live_planning
from domain.stages.run_assets import RunAssets
from domain.stages.sources import (
    Answer,
    CallRequest,
    Calls,
    Clearance,
    Planning,
    Sources,
)
from domain.stages.time_limits import PolicyTimeLimits
from domain.stages.workshop import Workshop, anchored
from domain.tools.contracts import ToolErrorCode, ToolResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Inheritance:
    """What a run takes over from its parent: plan, instant of relative times, and calls.

    `looked_up` is there where the planner would make this very plan with it at this instant.
    """

    planned: PlanProduced | None = None
    looked_up: LookedUp | UnsetType = UNSET
    anchored_at: datetime | None = None
    calls: tuple[RecordedCall, ...] = ()


def inherited(origin: Origin, parent: Sequence[HistoryEntry]) -> Inheritance:
    """Return what a run of this origin has from its parent's history.

    A fork has the plan, the instant and the answers up to the version it parts at, a rerun the
    plan alone, and a new run or a follow-up nothing.
    """
    match origin.kind:
        case "new" | "follow_up":
            return Inheritance()
        case "rerun":
            return Inheritance(planned=recording_of(parent[: origin.parent_version]).planned)
        case "fork":
            return _forked(parent[: origin.parent_version], origin)


def sources_of(
    entries: Sequence[HistoryEntry],
    parent: Sequence[HistoryEntry],
    workshop: Workshop,
    clock: Callable[[], datetime] | None = None,
) -> tuple[Sources, EffectGuard]:
    """Return what a run is carried out with, and its guard; the parent's history may be empty.

    All of it follows from the two histories and the world, so that a run which is taken up again
    goes on with the same. Raises `ErasedResult`.
    """
    request, tenant_id = terms_of(entries), entries[0].envelope.tenant_id
    inheritance, own = inherited(request.origin, parent), recording_of(entries).planned
    now = _now(entries, own, inheritance, workshop).astimezone(request.options.zone)
    # A fork has what its parent had until they parted, other runs have nothing of it.
    parted = parent[: request.origin.parent_version] if request.origin.kind == "fork" else ()
    assets = workshop.assets_of([*parted, *entries])
    own_policies = policies = workshop.policies(tenant_id)
    if workshop.assets is not None:  # else what the workshop has counts
        own_policies = assets.policies(versions_of(request).get(POLICY))
    guard = EffectGuard(
        *(workshop.registry, effects_made(entries), request.origin, clock or (lambda: now)),
        *((policies, own_policies), workshop.approval_seconds),
    )
    context, is_first = context_of(entries[0].envelope, now), _is_first_time(entries)
    live = live_calls(
        workshop, request.options, own_policies, context=context, takes_cached=is_first
    )
    planning = (
        planning_of(own) if own else _planning(entries, inheritance, workshop, assets, now=now)
    )
    patch = pending_plan_patch(entries)
    sources = Sources(
        planning=PatchedPlanning(planning, patch) if patch else planning,
        calls=calls_of(request.origin, inheritance, GuardedCalls(live, guard)),
        tools=workshop.registry,
        now=now,
        past=past_of(entries),
        params=request.origin.patches.params,
        clock=clock,
        limits=PolicyTimeLimits(own_policies.document.timeouts),
        assets=assets,
        words=planning.words if isinstance(planning, LivePlanning) else assets.recorded_words(),
    )
    return sources, guard


def _is_first_time(entries: Sequence[HistoryEntry]) -> bool:
    """Return whether a run is new, and was not taken up again: what replays ask, they ask anew."""
    is_taken_up = any(isinstance(entry.event, RunResumed | RunRecovered) for entry in entries)
    return not request_of(entries).origin.is_replay and not is_taken_up


def _now(
    entries: Sequence[HistoryEntry],
    own: PlanProduced | None,
    inheritance: Inheritance,
    workshop: Workshop,
) -> datetime:
    if own is not None and own.anchored_at is not None:
        return datetime.fromisoformat(own.anchored_at)
    if inheritance.anchored_at is not None:
        return inheritance.anchored_at
    envelope = entries[0].envelope
    return anchored(
        request_of(entries).options.anchor,
        tenant_id=envelope.tenant_id,
        requested_at=datetime.fromisoformat(envelope.recorded_at),
        estate=workshop.estate,
    )


def _planning(
    entries: Sequence[HistoryEntry],
    inheritance: Inheritance,
    workshop: Workshop,
    assets: RunAssets,
    *,
    now: datetime,
) -> Planning:
    request, tenant_id = request_of(entries), entries[0].envelope.tenant_id
    if inheritance.planned is not None:
        return planning_of(inheritance.planned, inheritance.looked_up)
    return live_planning(workshop, request, assets, tenant_id=tenant_id, now=now)


def calls_of(origin: Origin, inheritance: Inheritance, live: Calls) -> Calls:
    """Return what answers the calls of a run of this origin."""
    if origin.kind != "fork" and not origin.patches.results:
        return live
    return ForkedCalls(Recordings(inheritance.calls), live, origin)


class ForkedCalls:
    """Answers with a patch, else from the recordings, else live unless blocked; see `Calls`."""

    def __init__(self, recordings: Recordings, live: Calls, origin: Origin) -> None:
        self._recordings, self._live, self._origin = recordings, live, origin
        self.expect = recordings.expect
        self.expires_at, self.rank, self.within = live.expires_at, live.rank, live.within
        self._known = dict[tuple[str, str], Answer | None]()
        """The answers, by id and label, of calls that are about to begin; None of live ones."""

    def clearance(self, request: CallRequest) -> Clearance:
        """See `Calls`; what does not go out needs nobody's leave."""
        known = self._known[request.call_id, request.label] = self._answer(request)
        cleared = self._live.clearance(request)
        return cleared if known is None else Clearance(cleared.effect)

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        known = self._known.pop((request.call_id, request.label), None)
        return known or await self._live.call(request)

    def _answer(self, request: CallRequest) -> Answer | None:
        recorded = self._recordings.take(request)
        patch = self._origin.patches.results.get(request.call_id)
        if patch is not None:
            return Answer(patched_result(patch), 0.0, "patch")
        if recorded is not None and recorded.result is not None:
            return Answer(recorded.result, 0.0, "record")
        return _blocked(request) if self._origin.is_blocked else None


def _blocked(request: CallRequest) -> Answer:
    name = f"{request.tool}.{request.operation}"
    message = f"{name} is not on the record with these params, and live calls are blocked"
    result = ToolResult(success=False, error=message, error_code=ToolErrorCode.POLICY_DENY)
    return Answer(result, 0.0, "blocked")


def _forked(parent: Sequence[HistoryEntry], origin: Origin) -> Inheritance:
    until = recording_of(parent)
    planned, is_patched = until.planned, bool(parent and terms_of(parent).origin.patches.plan)
    anchored_at = planned.anchored_at if planned else None
    return Inheritance(
        planned=planned,
        looked_up=planned.looked_up if planned and not is_patched else UNSET,
        anchored_at=datetime.fromisoformat(anchored_at) if anchored_at else None,
        calls=tuple(
            call
            for call in until.counted
            if not (origin.is_retrying is True and isinstance(call.ended, ToolCallFailed))
        ),
    )
