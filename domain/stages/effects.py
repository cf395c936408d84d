"""Effects: what a run has done outside, and whether a call may do it without a person.

All of it is decided by the live side; what came of it is on record: a call began, or waits.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from msgspec import UNSET

from domain.plan.planned_call import PlannedCall
from domain.run.approval_events import CallApproved, CallDenied
from domain.run.call_events import LIVE, ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, RunCancelled, RunFailed, RunRecovered
from domain.run.facts import Origin
from domain.stages.sources import Answer, Answering, CallRequest, Clearance
from domain.times import recorded_text
from domain.tools.catalogue import KnownTools, effect_of
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.policies.policy import Approval, Policies
from domain.values.effect import Effect

APPROVAL_SECONDS: Final = 86_400.0
"""How long a call waits for a person, unless a setting says otherwise."""

SYSTEM: Final = "system"
"""The kind of the actor that denies what nobody decided on in time."""

_C = ToolErrorCode
_DID_NOTHING: Final = frozenset(
    {_C.POLICY_DENY, _C.RATE_LIMITED, _C.CIRCUIT_OPEN, _C.TOOL_BAD_REQUEST, _C.INVALID_PARAMS}
    | {_C.AUTH_FAILED, _C.PERMISSION_DENIED}
)
"""What a call was refused with: then it has done nothing."""

_LOST: Final = "when its worker was lost"
_LOSSES: Final = {
    RunCancelled: "when the run was cancelled",
    RunFailed: "when the run failed",
    RunRecovered: _LOST,
}
_Label = tuple[str, str]
"""A call's id, and the digest of what it asks."""


@dataclass(slots=True)
class EffectsMade:
    """What a run has done outside so far, and what people have decided on.

    `open` are the calls in flight, by id: since which attempt, and when they were lost, if they
    were; `ended` those that were answered, well or badly, and how. What was approved or denied
    counts once; `refused` are the calls that were denied last, and did not go out.
    """

    open: dict[str, tuple[int, str]] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    approved: set[_Label] = field(default_factory=set)
    denied: dict[_Label, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def begin(self, call_id: str, label: str, attempt: int, *, has_effect: bool) -> None:
        """Take in that a call begins; what was decided on it is used up."""
        self.approved.discard((call_id, label))
        if not self.refuse(call_id, label) and has_effect:
            self.open.setdefault(call_id, (attempt, ""))

    def refuse(self, call_id: str, label: str) -> bool:
        """Take in that a call does not go out if it was denied, which is used up; say if so."""
        denied = self.denied.pop((call_id, label), None)
        if denied is not None:
            self.refused[call_id] = denied
        return denied is not None

    def approve(self, call_id: str, label: str) -> None:
        """Take in that a person allowed a call."""
        self.approved.add((call_id, label))
        self.refused.pop(call_id, None)

    def end(self, ended: ToolCallSucceeded | ToolCallFailed) -> None:
        """Take in how a call ended; what the tool was not asked is as if it had not begun."""
        begun, _ = self.open.get(ended.call_id, (0, ""))
        is_live = ended.answered_by == LIVE
        if begun and (is_live or begun == ended.attempt):
            del self.open[ended.call_id]
        if not (begun and is_live):
            return
        if isinstance(ended, ToolCallSucceeded):
            self.ended[ended.call_id] = "succeeded before"
        elif ended.error.code not in _DID_NOTHING:
            told = f"failed before ({ended.error.code}): whether it happened is not known"
            self.ended[ended.call_id] = told

    def lose(self, by: RunCancelled | RunFailed | RunRecovered) -> None:
        """Take in that nobody hears any more of the calls in flight; the first time counts."""
        for call_id, (attempt, before) in self.open.items():
            self.open[call_id] = attempt, before or _LOSSES[type(by)]
        if isinstance(by, RunCancelled):
            self.approved, self.denied = set(), {}

    def is_decided(self, request: CallRequest) -> bool:
        """Return whether a person has decided on what would be called now."""
        key = (request.call_id, request.label)
        return key in self.approved or key in self.denied

    def why_repeated(self, call_id: str) -> str | None:
        """Return why the call may be one more time what was done before, None if it is not."""
        if call_id in self.open:
            _, when = self.open[call_id]
            return (
                f"call {call_id} was in flight {when or _LOST}: whether it happened is not known"
            )
        return f"call {call_id} {self.ended[call_id]}" if call_id in self.ended else None


def effects_made(entries: Iterable[HistoryEntry]) -> EffectsMade:
    """Return what the run with this history has done outside."""
    made = EffectsMade()
    for entry in entries:
        match entry.event:
            case ToolCallStarted(call_id=call_id, label=label, effect=effect) as begun:
                made.begin(call_id, label, begun.attempt, has_effect=effect is not UNSET)
            case ToolCallSucceeded() | ToolCallFailed() as ended:
                made.end(ended)
            case RunCancelled() | RunFailed() | RunRecovered() as lost:
                made.lose(lost)
            case CallApproved(call_id=call_id, label=label):
                made.approve(call_id, label)
            case CallDenied(call_id=call_id, label=label, reason=reason):
                by = entry.envelope.actor
                who = "" if by.kind == SYSTEM else f"denied by {by.id}: "
                made.denied[call_id, label] = f"{who}{reason}"
            case _:
                pass
    return made


@dataclass(frozen=True, slots=True)
class EffectGuard:
    """Says which calls of one run a person must allow.

    Those of a run that comes from another one are made again, whatever the other has come to. The
    strictest of the policies counts: those of the run, and of its tenant now.
    """

    tools: KnownTools
    made: EffectsMade
    origin: Origin
    clock: Callable[[], datetime]
    policies: tuple[Policies, ...]
    seconds: float = APPROVAL_SECONDS
    _effects: dict[tuple[str, str], Effect] = field(default_factory=dict)

    def clearance(self, request: CallRequest) -> Clearance:
        """See `Calls`; where effects are blocked nothing waits."""
        effect = self.effect(request)
        why = None if self.origin.blocks_effects is True else self._why_wait(request, effect)
        denied = self.made.refused.get(request.call_id)
        return Clearance(effect, f"{why} (before: {denied})" if why and denied else why)

    def denial(self, request: CallRequest) -> ToolResult | None:
        """Return the result of a call that may not go out, None for one that may."""
        denied = self.made.denied.get((request.call_id, request.label))
        if denied is None and self.origin.blocks_effects is True:
            why = self._why_wait(request, self.effect(request))
            denied = why and f"effects are blocked here, and nobody can allow one: {why}"
        if denied is None:
            return None
        return ToolResult(success=False, error=denied, error_code=ToolErrorCode.POLICY_DENY)

    def effect(self, request: CallRequest) -> Effect:
        """Return what the call does outside."""
        asked = request.tool, request.operation
        if asked not in self._effects:  # looked up once: it is asked twice a call
            self._effects[asked] = effect_of(self.tools, *asked)
        return self._effects[asked]

    def expires_at(self) -> str:
        """See `Calls`."""
        return recorded_text(self.clock() + timedelta(seconds=self.seconds))

    def _why_wait(self, request: CallRequest, effect: Effect) -> str | None:
        if effect is Effect.READ or self.made.is_decided(request):
            return None
        tool = self.tools.get_tool(request.tool)
        asked = (request.tool, tool.tool_type, request.operation, effect)
        approvals = {each.of(*asked).approval for each in self.policies}
        if approvals == {Approval.NEVER}:
            return None
        why = self.made.why_repeated(request.call_id)
        if why is None and self.origin.is_replay:
            why = f"a {self.origin.kind} of {self.origin.parent_run_id} may do again what that did"
        if why is None and Approval.REQUIRED in approvals:
            return f"the policy of {request.tool}.{request.operation} requires an approval"
        return why


class GuardedCalls:
    """Calls that go out only as far as a guard lets them; see `Calls`."""

    def __init__(self, live: Answering, guard: EffectGuard) -> None:
        self._live, self._guard = live, guard
        self.clearance, self.expires_at = guard.clearance, guard.expires_at
        self.rank, self.within = live.rank, live.within

    def expect(self, _: Sequence[PlannedCall]) -> None:
        """See `Calls`."""

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        denial, made = self._guard.denial(request), self._guard.made
        if denial is not None:
            made.refuse(request.call_id, request.label)
            return Answer(denial, 0.0, "blocked")
        has_effect = self._guard.effect(request) is not Effect.READ
        made.begin(request.call_id, request.label, 0, has_effect=has_effect)
        answer = await self._live.call(request)
        if made.open.pop(request.call_id, None):  # another plan may come to it again
            made.ended[request.call_id] = "was made before"
        return answer
