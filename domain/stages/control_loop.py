"""The control loop of one run: whether it may change its plan once more."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import structs, to_builtins

from domain.json import JsonMap
from domain.run.replanning import (
    NOW,
    ControlLoopPolicy,
    ReplanEvent,
    ReplanPatchDiff,
    ReplanTrigger,
    approved,
    safe_parse_trigger,
)
from domain.times import recorded_instant, recorded_text

Clock = Callable[[], datetime]


class ControlLoopRuntime:
    """Holds one run to a policy by the instants of its triggers; the clock is for those of now."""

    def __init__(self, policy: ControlLoopPolicy, clock: Clock | None = None) -> None:
        self.policy, self._clock = policy, clock
        self.history: list[ReplanEvent] = []

    def should_replan(self, trigger: ReplanTrigger | str) -> bool:
        """Return whether a run may change its plan for this trigger."""
        return self.why_not(trigger) is None

    def why_not(self, trigger: ReplanTrigger | str) -> str | None:
        """Return why a run may not change its plan for this trigger; None when it may."""
        policy = self.policy
        try:
            read = safe_parse_trigger(trigger) if isinstance(trigger, str) else trigger
            at = self.instant_of(read.timestamp)
        except ValueError as error:
            return str(error)
        if not policy.enable_automatic_replan:
            return "replanning is off"
        if read.trigger_type not in policy.allowed_triggers:
            allowed = ", ".join(policy.allowed_triggers) or "none"
            return f"{read.trigger_type} is no allowed trigger; allowed: {allowed}"
        if len(self.history) >= policy.max_replans:
            return f"max_replans is {policy.max_replans}, and the plan was changed so often"
        waits = {"min_interval_seconds": policy.min_interval_seconds}
        if read.severity != "critical":
            waits["cooling_period_seconds"] = policy.cooling_period_seconds
        since = self.seconds_since_last(at)
        too_soon = (f"{name} is {wait:g}" for name, wait in waits.items() if since < wait)
        return next((f"{w}, and the plan was changed {since:.1f} s ago" for w in too_soon), None)

    def record_replan(self, event: ReplanEvent) -> None:
        """Count a change of plan that was approved."""
        self.history.append(event)

    def get_stats(self) -> JsonMap:
        """Return counts, the instant of the last change, and the policy, as plain JSON."""
        types = Counter(event.trigger.trigger_type for event in self.history)
        return {
            "replan_count": len(self.history),
            "max_replans": self.policy.max_replans,
            "last_replan_time": self.history[-1].timestamp if self.history else None,
            "replan_history_count": len(self.history),
            "trigger_counts": {**types},
            "policy": to_builtins(self.policy),
        }

    def instant_of(self, timestamp: str) -> datetime:
        """Return the instant of a timestamp; raises ValueError where it is none."""
        at = self._clock() if timestamp == NOW and self._clock else recorded_instant(timestamp)
        if at is None:
            message = f"{timestamp!r} is no instant; write ISO 8601 with an offset"
            raise ValueError(message)
        return at

    def seconds_since_last(self, at: datetime) -> float:
        """Return how long before the instant the plan was changed last; for ever if never."""
        last = [self.instant_of(event.timestamp) for event in self.history[-1:]]
        return (at - last[0]).total_seconds() if last else float("inf")


class ControlLoopManager:
    """Decides on the changes of plan of one run, after those of `history`, and remembers them."""

    def __init__(
        self,
        policy: ControlLoopPolicy | None = None,
        clock: Clock | None = None,
        history: Iterable[ReplanEvent] = (),
    ) -> None:
        self.runtime = ControlLoopRuntime(policy or ControlLoopPolicy(), clock)
        self.runtime.history.extend(history)

    def evaluate_replan_request(self, trigger: ReplanTrigger, patch_diff: ReplanPatchDiff) -> bool:
        """Return whether the plan may be changed so; if it may, the change is remembered."""
        if not self.runtime.should_replan(trigger):
            return False
        at = recorded_text(self.runtime.instant_of(trigger.timestamp))
        self.runtime.record_replan(approved(structs.replace(trigger, timestamp=at), patch_diff))
        return True

    def get_replan_history(self) -> list[ReplanEvent]:
        """Return the changes that were approved, the first one first."""
        return list(self.runtime.history)

    def get_stats(self) -> JsonMap:
        """See `ControlLoopRuntime`."""
        return self.runtime.get_stats()

    def reset(self) -> None:
        """Forget every change."""
        self.runtime.history.clear()

    def check_and_handle_cooling_period(self) -> bool:
        """Return whether the next change need not wait; raises ValueError without a clock."""
        since = self.runtime.seconds_since_last(self.runtime.instant_of(NOW))
        return since >= self.runtime.policy.cooling_period_seconds
