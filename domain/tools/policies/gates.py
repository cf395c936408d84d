"""The limits of this process: how many calls of a tool run at a time, and how many may begin.

Calls have their turns in the order in which they came, over all runs and event loops.
"""

import asyncio
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from threading import Lock
from typing import Final

from domain.tools.contracts import ToolErrorCode
from domain.tools.policies.policy import ToolPolicy
from domain.tools.policies.waits import NotLetThrough, Patience

Gate = tuple[str, ...]
"""What a limit is for: tenant, tool, and operation where it is per operation."""

_SECOND: Final = 1.0
_MINUTE: Final = 60.0


class Places:
    """Places that calls take and give back, so many for each gate."""

    def __init__(self) -> None:
        self._taken = Counter[Gate]()
        self._queues = defaultdict[Gate, deque[tuple["Future[None]", int]]](deque)
        self._lock = Lock()

    async def take(self, gate: Gate, limit: int, wait_seconds: float) -> bool:
        """Return whether a place was had in time; others wait no longer for who is cancelled."""
        turn = Future[None]()
        with self._lock:
            self._queues[gate].append((turn, limit))
            self._let_in(gate)
        if turn.done():
            return True
        try:
            async with asyncio.timeout(wait_seconds):
                await asyncio.wrap_future(turn)
        except BaseException as error:
            self._leave(gate, turn)
            if isinstance(error, TimeoutError):
                return False
            raise
        return True

    def give_back(self, gate: Gate) -> None:
        """Let the next one in."""
        with self._lock:
            self._taken[gate] -= 1
            self._let_in(gate)

    def _leave(self, gate: Gate, turn: "Future[None]") -> None:
        if not turn.cancel():  # its turn came in this very moment
            self.give_back(gate)
            return
        with self._lock:
            self._let_in(gate)

    def _let_in(self, gate: Gate) -> None:
        queue = self._queues[gate]
        while queue and (queue[0][0].cancelled() or self._taken[gate] < queue[0][1]):
            turn, _ = queue.popleft()
            if turn.set_running_or_notify_cancel():
                self._taken[gate] += 1
                turn.set_result(None)
        if not queue:
            del self._queues[gate]
        if not self._taken[gate]:
            del self._taken[gate]


class Gates:
    """The gates of all tools of this process."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Measure seconds by this clock, which nobody sets back."""
        self._places, self._turns, self._monotonic = Places(), Places(), monotonic
        self._begun = defaultdict[Gate, deque[float]](deque)

    def place(
        self, gate: Gate, policy: ToolPolicy, patience: Patience
    ) -> AbstractAsyncContextManager[None]:
        """Keep a place while the block runs. Raises `NotLetThrough`."""
        limit = policy.max_concurrent_calls
        return nullcontext() if limit is None else self._place(gate, policy, patience, limit)

    @asynccontextmanager
    async def _place(
        self, gate: Gate, policy: ToolPolicy, patience: Patience, limit: int
    ) -> AsyncIterator[None]:
        since = self._monotonic()
        if not await self._places.take(gate, limit, patience.left_ms / 1000):
            patience.waited("queue", self._ms_since(since))
            raise _no_turn(gate, policy, f"{limit} calls of it were running")
        try:
            patience.waited("queue", self._ms_since(since))
            yield
        finally:
            self._places.give_back(gate)

    async def rate(self, gate: Gate, policy: ToolPolicy, patience: Patience) -> None:
        """Wait until another call may begin. Raises `NotLetThrough`."""
        per_second, per_minute = policy.rate_limit_per_second, policy.rate_limit_per_minute
        spans = ((per_second, _SECOND), (per_minute, _MINUTE))
        if per_second is per_minute is None:
            return
        limits = [(count, seconds) for count, seconds in spans if count is not None]
        since = self._monotonic()
        ends = since + patience.left_ms / 1000
        if not await self._turns.take(gate, 1, ends - since):
            patience.waited("rate_limit", self._ms_since(since))
            raise _no_turn(gate, policy, "others waited for its rate limit")
        try:
            free_at = await self._begin(gate, policy, limits, ends)
        except NotLetThrough:
            patience.waited("rate_limit", self._ms_since(since))
            raise
        finally:
            self._turns.give_back(gate)
        if free_at > since:  # else it was the event loop that was late, if anything was
            patience.waited("rate_limit", (free_at - since) * 1000)

    async def _begin(
        self, gate: Gate, policy: ToolPolicy, limits: list[tuple[int, float]], ends: float
    ) -> float:
        """Wait until another call may begin, and return when that was."""
        begun = self._begun[gate]
        most, longest = map(max, zip(*limits, strict=True))
        # Those that are over may be what a call waited for that has its turn only now.
        while len(begun) > most and begun[0] <= self._monotonic() - longest:
            begun.popleft()
        free_at = max((begun[-n] + s for n, s in limits if len(begun) >= n), default=0.0)
        left = free_at - self._monotonic()
        if free_at > ends:
            raise _no_turn(gate, policy, "its rate limit is reached", left * 1000)
        if left > 0:
            await asyncio.sleep(left)
        begun.append(self._monotonic())
        return free_at

    def _ms_since(self, instant: float) -> float:
        return (self._monotonic() - instant) * 1000


def _no_turn(
    gate: Gate, policy: ToolPolicy, why: str, retry_after_ms: float | None = None
) -> NotLetThrough:
    message = f"{'.'.join(gate[1:])} had no turn within {policy.max_wait_ms} ms: {why}"
    details = {} if retry_after_ms is None else {"retry_after_ms": round(retry_after_ms)}
    return NotLetThrough(ToolErrorCode.RATE_LIMITED, message, is_own_limit=True, **details)
