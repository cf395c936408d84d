"""Whether the planner of today makes the plan on the record, by what was looked up then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec import UNSET

from domain.assets.words import meanings
from domain.figures import Exactness
from domain.plan.plan import PlanOutput
from domain.plan.planner import Planner, PlanningContext
from domain.replay.record.recorded_look_ups import NotLookedUp, RecordedLookUps
from domain.replay.record.recorded_planning import patched
from domain.replay.record.recording import request_of
from domain.replay.record.terms import pending_plan_patch
from domain.replay.verify.plan_divergence import Outcome, RecordedPlan, plan_divergence
from domain.replay.verify.verifier import Verifier
from domain.run.events import HistoryEntry, PlanProduced, RunRequested, StageFailed
from domain.run.facts import AskedPlanner, Fault
from domain.run.lifecycle import Stage
from domain.stages.faults import fault_of
from domain.stages.live import planned
from domain.stages.run_assets import RunAssets
from domain.stages.time_limits import is_out_of_time
from domain.views.verdict import Divergence


@dataclass(frozen=True, slots=True)
class DrivenPlanning:
    """The plans of a run that come out otherwise, and why the planner was not driven if not."""

    divergences: tuple[Divergence, ...] = ()
    why_not: str | None = None


async def drive_planner(entries: Sequence[HistoryEntry], verifier: Verifier) -> DrivenPlanning:
    """Ask the verifier's planner again for each plan on the record; no estate is needed."""
    request, found = request_of(entries), list[Divergence]()
    why_not: str | None = "the record ends before there is a plan"
    for place, recorded in enumerate(_plans(entries)):
        asked = _asked(recorded.event)
        why = _why_not(request, asked, verifier.planner)
        why_not = why if place == 0 else why_not or why
        if asked is not None and verifier.planner is not None and why is None:
            has_plan, before = isinstance(recorded.event, PlanProduced), recorded.version - 1
            outcome = await _outcome(entries[:before], asked, verifier.planner, has_plan=has_plan)
            if isinstance(outcome, NotLookedUp) and not _is_same(asked, verifier.planner):
                # Another version may look up other things, and make the same of them.
                why_not = f"{_planned_by(asked, verifier.planner)} and looks up {outcome.asked}"
                continue
            divergence = plan_divergence(recorded, outcome, Exactness(verifier.tolerance))
            found.extend([divergence] if divergence else [])
    return DrivenPlanning(tuple(found), why_not)


def _plans(entries: Sequence[HistoryEntry]) -> Iterator[RecordedPlan]:
    """Yield where the plan was made, and before that where none came of it.

    From then on a run has its plan: taken up again, it makes no other, but for patches.
    """
    for entry in entries:
        match entry.event:
            case PlanProduced() as event:
                yield RecordedPlan(entry.envelope.version, event)
                return
            case StageFailed(stage=Stage.ROUTE_PLAN) as event if not is_out_of_time(event.error):
                yield RecordedPlan(entry.envelope.version, event)
            case _:
                pass


def _asked(event: PlanProduced | StageFailed) -> AskedPlanner | None:
    """Return who was asked and with what, None where that is not on the record."""
    if isinstance(event, StageFailed):
        return None if event.asked is UNSET else event.asked
    if event.looked_up is UNSET or event.anchored_at is None:
        return None
    return AskedPlanner(
        planner=event.planner,
        planner_version=event.planner_version,
        anchored_at=event.anchored_at,
        looked_up=event.looked_up,
    )


def _why_not(
    request: RunRequested, asked: AskedPlanner | None, planner: Planner | None
) -> str | None:
    """Return why the planner cannot be driven, or None."""
    if planner is None:
        return "no planner is given here"
    if asked is None and request.origin.is_replay:
        return f"the plan was taken over from {request.origin.parent_run_id}"
    if asked is None and request.plan_output is not None:
        return "the plan came with the request"
    if asked is None:
        return "an older opstrail made the plan, and did not record what it looked up"
    return None if asked.planner == planner.name else _planned_by(asked, planner)


def _is_same(asked: AskedPlanner, planner: Planner) -> bool:
    return (asked.planner, asked.planner_version) == (planner.name, planner.version)


def _planned_by(asked: AskedPlanner, planner: Planner) -> str:
    then, now = (asked.planner, asked.planner_version), (planner.name, planner.version)
    return f"it was planned by {' '.join(then)}, and here plans {' '.join(now)}"


async def _outcome(
    before: Sequence[HistoryEntry], asked: AskedPlanner, planner: Planner, *, has_plan: bool
) -> Outcome:
    """Return what comes of asking again after these events.

    That the planner refuses says more than that it looked up something new to say why.
    """
    request, tenant_id = request_of(before), before[0].envelope.tenant_id
    look_ups = RecordedLookUps(asked.looked_up, request.question)
    now = datetime.fromisoformat(asked.anchored_at).astimezone(request.options.zone)
    words = RunAssets(entry.event for entry in before).recorded_words()
    context = PlanningContext(tenant_id, look_ups, now, meanings(words), request.builds_on)
    try:
        outcome: Outcome = await planned(planner, request.question, context)
        if isinstance(outcome, PlanOutput) and (patch := pending_plan_patch(before)):
            outcome = patched(outcome, patch)
    except NotLookedUp as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever a planner raises fails its stage
        outcome = fault_of(error)
    is_new_refusal = has_plan and isinstance(outcome, Fault)
    return look_ups.missed[0] if look_ups.missed and not is_new_refusal else outcome
