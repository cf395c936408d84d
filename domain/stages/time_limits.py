"""How long the stages of a run, and all of it, may take."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from math import inf
from typing import Final, Protocol, TypeVar

from msgspec import Struct, field

from domain.run.events import RunEvent, StageFailed
from domain.run.facts import Fault
from domain.run.lifecycle import Stage
from domain.stages.faults import FaultCode, StageFault
from domain.tools.policies.policy import PhaseTimeouts

R = TypeVar("R")
_PHASES: Final = {
    Stage.ROUTE_PLAN: ("plan_ms", FaultCode.PLAN_TIMEOUT),
    Stage.VALIDATE: ("plan_ms", FaultCode.PLAN_TIMEOUT),
    Stage.EXECUTE: ("execute_ms", FaultCode.EXECUTE_TIMEOUT),
    Stage.COMPOSE: ("compose_ms", FaultCode.COMPOSE_TIMEOUT),
    Stage.PRESENT: ("compose_ms", FaultCode.COMPOSE_TIMEOUT),
}
"""The phase of each stage: those that follow each other in one phase share its time."""
_LIMIT: Final = "limit"
"""The detail of a fault that names the time-out of the policy."""


class TimeLimit(Struct, frozen=True):
    """How many seconds a stage has; `why` says what is recorded when that was too little."""

    seconds: float
    why: Callable[[], Fault]
    begun: float = field(default_factory=time.monotonic)

    @property
    def fault(self) -> Fault:
        """What is recorded when it is over."""
        return self.why()

    def check(self) -> None:
        """Raise `StageFault` when it is over."""
        if time.monotonic() - self.begun >= self.seconds:
            raise StageFault(self.fault)


class TimeLimits(Protocol):
    """Gives the limits of one run."""

    def of(self, stage: Stage, attempt: int) -> TimeLimit | None:
        """Return the limit of an attempt at a stage that begins now; None: there is none."""


class PolicyTimeLimits:
    """The time-outs of a policy; the run begins now. See `TimeLimits`."""

    def __init__(self, timeouts: PhaseTimeouts) -> None:
        self._timeouts, self._ends_at = timeouts, time.monotonic() + timeouts.run_ms / 1000
        self._phase, self._phase_ms, self._phase_ends, self._stages = (
            "",
            0,
            0.0,
            tuple[Stage, ...](),
        )

    def of(self, stage: Stage, attempt: int) -> TimeLimit | None:  # noqa: ARG002 - each has as much
        """See `TimeLimits`; a stage has what those before it in its phase have left."""
        now, (name, code) = time.monotonic(), _PHASES[stage]
        if name != self._phase:  # a changed plan begins anew, too: it has been executed before
            self._phase, self._phase_ms, self._stages = name, getattr(self._timeouts, name), ()
            self._phase_ends = now + self._phase_ms / 1000
        self._stages = (*self._stages, stage)
        why: tuple[Sequence[str], str, int] = (self._stages, name, self._phase_ms)
        if self._ends_at < self._phase_ends:
            why = (("the run",), "run_ms", self._timeouts.run_ms)
        ends_at = min(self._phase_ends, self._ends_at)
        return TimeLimit(max(0.0, ends_at - now), partial(_fault, code, *why), now)


class RecordedTimeLimits:
    """Lets those attempts run out of time that did so on the record. See `TimeLimits`."""

    def __init__(self, events: Iterable[RunEvent] = ()) -> None:
        failed = (each for each in events if isinstance(each, StageFailed))
        self._faults = {
            (each.stage, each.attempt): each.error for each in failed if is_out_of_time(each.error)
        }

    def of(self, stage: Stage, attempt: int) -> TimeLimit | None:
        """See `TimeLimits`."""
        fault = self._faults.get((stage, attempt))
        return None if fault is None else TimeLimit(0.0, lambda: fault)


def sooner(
    limit: TimeLimit | None, budget: float | None, *, spent_seconds: float
) -> TimeLimit | None:
    """Return what is over first: a limit, or what is left of the seconds of a plan's budget."""
    left = inf if budget is None else max(0.0, budget - spent_seconds)
    if budget is None or (limit is not None and limit.seconds < left):
        return limit
    message = f"the calls took longer than the plan's budget of {budget} s"
    code = FaultCode.EXECUTE_TIMEOUT
    fault = partial(Fault, code=code, message=message, details={"timeout_seconds": budget})
    return TimeLimit(left, fault)


async def in_time(limit: TimeLimit | None, work: Awaitable[R]) -> R:
    """Return what the work comes to. Raises `StageFault` when that takes longer."""
    if limit is None:
        return await work
    deadline = asyncio.timeout(limit.seconds)
    try:
        async with deadline:
            done = await work
    except TimeoutError as error:
        if not deadline.expired():
            raise
        raise StageFault(limit.fault) from error
    limit.check()
    return done


def check(limit: TimeLimit | None) -> None:
    """Raise `StageFault` when a limit is over: what waits for nothing is not interrupted."""
    if limit is not None:
        limit.check()


def is_out_of_time(fault: Fault) -> bool:
    """Return whether a stage failed because a time-out of the policy was over."""
    return _LIMIT in fault.details and fault.code in {code for _, code in _PHASES.values()}


def _fault(code: FaultCode, what: Sequence[str], name: str, limit_ms: int) -> Fault:
    took = " and ".join(dict.fromkeys(what))
    message = f"{took} took longer than {limit_ms} ms ({name} of the policy's time-outs)"
    return Fault(code=code, message=message, details={_LIMIT: name, "timeout_ms": limit_ms})
