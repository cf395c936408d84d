"""What happens to the plan of a run under way; see `domain.run.events`."""

from msgspec import UNSET, UnsetType

from domain.run.lifecycle import Stage
from domain.run.replanning import ReplanPatchDiff, ReplanTrigger
from domain.run.run_event import OnTimeline, Reported, RunEventData


class ReplanRequested(RunEventData, frozen=True, kw_only=True):
    """Another plan may do better with what happened in a stage."""

    stored_as = "replan-requested"
    comes_by = Reported()
    on_timeline = OnTimeline.MARK
    says = "another plan is wanted after {0.stage} ({0.cause.trigger_type}): {0.cause.reason}"
    personal = ("cause",)

    stage: Stage
    cause: ReplanTrigger


class ReplanDecided(RunEventData, frozen=True, kw_only=True):
    """Whether the run goes on with the patched plan, from validate on; no patch, no change."""

    stored_as = "replan-decided"
    comes_by = Reported()
    on_timeline = OnTimeline.MARK
    says = "the run {0.decision}: {0.why}"
    personal = ("why", "patch")

    stage: Stage
    is_approved: bool
    why: str
    patch: ReplanPatchDiff | UnsetType = UNSET

    @property
    def decision(self) -> str:
        """What was decided, in words."""
        return "plans again" if self.is_approved else "keeps its plan"
