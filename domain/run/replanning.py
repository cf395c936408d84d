"""Changes of the plan of a run under way: their policy, what they are made of, their events."""

from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from domain.aggregate.fact import Fact
from domain.run.lifecycle import Stage
from domain.run.run_event import OnTimeline, Reported, RunEventData

USUAL_TRIGGERS: Final = ("error", "timeout", "policy_violation")
TRIGGER_TYPES: Final = (*USUAL_TRIGGERS, "empty_result", "quality_threshold")
"""What may let the engine change a plan; a plan that a person changes makes a fork."""
NOW: Final = "now"
"""The timestamp of a trigger that was written as text."""
_WORDS: Final = 3
Severity = Literal["low", "medium", "high", "critical"]


class ControlLoopPolicy(Fact, frozen=True, kw_only=True):
    """How often, and for what, a run may change its plan.

    A critical trigger need not wait for the cooling period. A confidence under `min_confidence` is
    a trigger where quality_threshold is allowed.
    """

    max_replans: int = 3
    allowed_triggers: list[str] = msgspec.field(default_factory=lambda: [*USUAL_TRIGGERS])
    enable_automatic_replan: bool = True
    min_interval_seconds: float = 60.0
    cooling_period_seconds: float = 300.0
    min_confidence: float = 0.5

    def validate_policy(self) -> list[str]:
        """Return what is wrong with the policy; empty when nothing is."""
        names = ("max_replans", "min_interval_seconds", "cooling_period_seconds")
        wrong = [f"{name} must be positive" for name in names if getattr(self, name) <= 0]
        if self.min_interval_seconds > self.cooling_period_seconds:
            wrong.append("min_interval_seconds must not exceed cooling_period_seconds")
        unknown = [each for each in self.allowed_triggers if each not in TRIGGER_TYPES]
        allowed = ", ".join(TRIGGER_TYPES)
        return [*wrong, *(f"{each!r} is no trigger; allowed: {allowed}" for each in unknown)]


RUN_POLICY: Final = ControlLoopPolicy(min_interval_seconds=1.0, cooling_period_seconds=1.0)
"""The policy of a run that asks for no other: its own bound is enough, it need not wait long."""


class ReplanTrigger(Fact, frozen=True, kw_only=True):
    """Why another plan is wanted; `timestamp` is the instant, as ISO 8601 text."""

    trigger_type: str
    stage_name: str
    severity: Severity = "low"
    reason: str
    timestamp: str
    metadata: dict[str, Any] | None = None


class ReplanPatchDiff(Fact, frozen=True, kw_only=True):
    """Values of a plan by dotted path, before and after; null where the plan says nothing."""

    before: dict[str, Any]
    after: dict[str, Any]


class ReplanEvent(Fact, frozen=True, kw_only=True):
    """A step of the control loop: a patch that was asked for, decided on or made."""

    event_type: Literal["replan_request", "replan_decision", "replan_execution"]
    stage_name: str
    trigger: ReplanTrigger
    patch: ReplanPatchDiff
    timestamp: str
    decision_metadata: dict[str, Any] | None = None
    execution_metadata: dict[str, Any] | None = None


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


def approved(trigger: ReplanTrigger, patch: ReplanPatchDiff, why: str = "") -> ReplanEvent:
    """Return that the patch is made for the trigger."""
    return ReplanEvent(
        event_type="replan_decision",
        stage_name=trigger.stage_name,
        trigger=trigger,
        patch=patch,
        timestamp=trigger.timestamp,
        decision_metadata={"why": why},
    )


def safe_parse_trigger(text: str) -> ReplanTrigger:
    """Return the trigger that is written as JSON, or as "type stage reason...".

    Raises ValueError that says what is missing.
    """
    if text.lstrip().startswith("{"):
        return msgspec.json.decode(text, type=ReplanTrigger)
    words = text.split(maxsplit=_WORDS - 1)
    if len(words) < _WORDS - 1:
        message = f"{text!r} is no trigger; write JSON, or: type stage reason"
        raise ValueError(message)
    kind, stage, reason = [*words, "Unknown"][:_WORDS]
    return ReplanTrigger(trigger_type=kind, stage_name=stage, reason=reason, timestamp=NOW)
