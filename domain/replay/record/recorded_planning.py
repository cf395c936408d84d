"""Plans from the record of a run: no planner is asked."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, UnsetType
from pydantic import JsonValue, ValidationError

from domain.estate.looked_up import LookedUp
from domain.plan.patch import WrongPatch, patched_plan
from domain.plan.plan import PlanOutput
from domain.replay.record.recorded_calls import RecordEnded
from domain.replay.record.recording import Recording, recording_of, request_of
from domain.run.events import HistoryEntry, PlanProduced, StageFailed
from domain.stages.faults import FaultCode, StageFault, stage_fault
from domain.stages.live import GivenPlan
from domain.stages.recorder import RunStopped
from domain.stages.sources import Planning
from domain.tools.invalid_params import describe_invalid


class FailedPlanning:
    """Planning that failed on the record, or that the record ends before; see `Planning`."""

    def __init__(self, failed: StageFailed | None) -> None:
        """Keep why; None when the record does not say how the planning ended."""
        self._failed = failed
        asked = failed.asked if failed is not None else UNSET
        self.planner, self.version = "", ""
        self.looked_up: LookedUp | UnsetType = UNSET
        if asked is not UNSET:
            self.planner, self.version = asked.planner, asked.planner_version
            self.looked_up = asked.looked_up

    async def plan(self) -> PlanOutput:
        """See `Planning`."""
        if self._failed is None:
            raise RunStopped(RecordEnded())
        raise StageFault(self._failed.error)


class PatchedPlanning:
    """A plan with a patch in it; see `Planning`."""

    def __init__(self, planning: Planning, patch: Mapping[str, JsonValue]) -> None:
        """Keep the plan's origin; `patch` maps dotted paths of the plan to new values."""
        self._planning, self._patch = planning, patch
        self.planner, self.version = planning.planner, planning.version

    @property
    def looked_up(self) -> LookedUp | UnsetType:
        """See `Planning`."""
        return self._planning.looked_up

    async def plan(self) -> PlanOutput:
        """See `Planning`."""
        return patched(await self._planning.plan(), self._patch)


def patched(plan_output: PlanOutput, patch: Mapping[str, JsonValue]) -> PlanOutput:
    """Return the plan with the patch in it. Raises `StageFault` where that makes no plan."""
    try:
        return patched_plan(plan_output, patch)
    except WrongPatch as error:
        raise stage_fault(FaultCode.PLAN_INVALID, str(error)) from error
    except ValidationError as error:
        message = describe_invalid(error, subject="the patched plan")
        raise stage_fault(FaultCode.PLAN_INVALID, message) from error


def planning_of(planned: PlanProduced, looked_up: LookedUp | UnsetType = UNSET) -> GivenPlan:
    """Return planning that gives the recorded plan.

    What was `looked_up` goes with it where the planner would make this very plan again.
    """
    return GivenPlan(
        planned.plan_output,
        planner=planned.planner,
        version=planned.planner_version,
        looked_up=looked_up,
    )


def recorded_planning(before: Sequence[HistoryEntry], recording: Recording) -> Planning:
    """Return the planning as it is on the record after these events.

    A caller's plan is read again, unless it was read before.
    """
    request, is_planned = request_of(before), recording_of(before).planned is not None
    if request.plan_output is not None and not (request.origin.is_replay or is_planned):
        return GivenPlan(request.plan_output)
    if recording.planned is None:
        return FailedPlanning(recording.unplanned)
    return planning_of(recording.planned, recording.planned.looked_up)
