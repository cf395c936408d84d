"""Calls that a person must allow: a run waits for them, and they are decided; see `events`."""

from domain.aggregate.fact import Fact
from domain.run.facts import StoredMap
from domain.run.lifecycle import Stage, Trigger
from domain.run.run_event import Asked, OnTimeline, Reported, RunEventData


class WaitingCall(Fact, frozen=True, kw_only=True):
    """A call that goes out only when a person allows it; for `label` see `ToolCallStarted`."""

    call_id: str
    tool: str
    operation: str
    params: StoredMap
    label: str
    why: str

    @property
    def sentence(self) -> str:
        """What waits, and why."""
        return f"{self.call_id} ({self.tool}.{self.operation}): {self.why}"


class RunWaiting(RunEventData, frozen=True, kw_only=True):
    """All that could be done without a person is done; these calls wait until `expires_at`.

    Then nobody has decided in time, which is a denial.
    """

    stored_as = "run-waiting"
    trigger = Trigger.WAIT
    comes_by = Reported(Stage.EXECUTE)
    on_timeline = OnTimeline.INTERRUPTS
    says = "the run waits for the approval of {0.what}"
    personal = ("calls",)

    calls: list[WaitingCall]
    expires_at: str

    @property
    def what(self) -> str:
        """What waits, and why."""
        return "; ".join(call.sentence for call in self.calls)


class CallApproved(RunEventData, frozen=True, kw_only=True):
    """Somebody allowed a call that waited, once and with these parameters; the envelope says who.

    `label` is the digest of tool, operation and canonical params of what waited.
    """

    stored_as = "call-approved"
    comes_by = Asked("ApproveCall")
    on_timeline = OnTimeline.MARK
    says = "call {0.call_id} is approved: {0.reason}"
    personal = ("reason",)

    call_id: str
    label: str
    reason: str


class CallDenied(RunEventData, frozen=True, kw_only=True):
    """Somebody forbade a call that waited; the envelope says who, or that nobody did in time."""

    stored_as = "call-denied"
    comes_by = Asked("DenyCall")
    on_timeline = OnTimeline.MARK
    says = "call {0.call_id} is denied: {0.reason}"
    personal = ("reason",)

    call_id: str
    label: str
    reason: str
