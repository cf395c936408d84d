"""What a run is carried out with: its own record, its parent's, and the world."""

from collections.abc import Sequence
from datetime import datetime

from domain.replay.fork.forked_calls import BlockedCalls, ForkedCalls
from domain.replay.fork.origins import Inheritance, inherited
from domain.replay.record.recorded_calls import Recordings
from domain.replay.record.recorded_planning import PatchedPlanning, planning_of
from domain.replay.record.recording import recording_of, request_of
from domain.replay.resume.continuation import past_of
from domain.run.codec import HistoryEntry
from domain.run.facts import Origin
from domain.stages.live import live_calls, live_planning
from domain.stages.sources import Calls, Planning, Sources
from domain.stages.workshop import Workshop, anchored


def sources_of(
    entries: Sequence[HistoryEntry], parent: Sequence[HistoryEntry], workshop: Workshop
) -> Sources:
    """Return what the run with this history is carried out with; the parent's may be empty.

    All of it follows from the two histories and the world, so that a run which is taken up again
    goes on with the same. Raises `ErasedResult`.
    """
    request, tenant_id = request_of(entries), entries[0].envelope.tenant_id
    inheritance = inherited(request.origin, parent)
    now = _now(entries, inheritance, workshop)
    live = live_calls(
        workshop,
        request.options,
        tenant_id=tenant_id,
        run_id=entries[0].envelope.stream_id,
        now=now,
    )
    patches = request.origin.patches
    return Sources(
        planning=_planning(entries, inheritance, workshop, now),
        calls=calls_of(request.origin, inheritance, live),
        tools=workshop.registry,
        now=now,
        past=past_of(entries),
        params=patches.params,
    )


def _now(
    entries: Sequence[HistoryEntry], inheritance: Inheritance, workshop: Workshop
) -> datetime:
    own = recording_of(entries).planned
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
    entries: Sequence[HistoryEntry], inheritance: Inheritance, workshop: Workshop, now: datetime
) -> Planning:
    own, request = recording_of(entries).planned, request_of(entries)
    if own is not None:
        return planning_of(own)
    tenant_id = entries[0].envelope.tenant_id
    planning: Planning = (
        planning_of(inheritance.planned)
        if inheritance.planned is not None
        else live_planning(workshop, request, tenant_id=tenant_id, now=now)
    )
    patch = request.origin.patches.plan
    return PatchedPlanning(planning, patch) if patch else planning


def calls_of(origin: Origin, inheritance: Inheritance, live: Calls) -> Calls:
    """Return what answers the calls of a run of this origin."""
    if origin.kind != "fork":
        return live
    return ForkedCalls(
        Recordings(inheritance.calls),
        BlockedCalls(live) if origin.is_blocked else live,
        patches=origin.patches.results,
    )
