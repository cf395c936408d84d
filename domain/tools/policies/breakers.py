"""Circuit breakers: a tool that keeps failing is left alone, and then tried by one call."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from domain.threads import in_thread
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.policies.policy import ToolPolicy
from domain.tools.policies.waits import NotLetThrough, Patience

FAILURES: Final = frozenset(
    {
        ToolErrorCode.TOOL_TIMEOUT,
        ToolErrorCode.UPSTREAM_UNAVAILABLE,
        ToolErrorCode.INTERNAL_ERROR,
    }
)
"""Failures of a tool, and none of the question."""

_READ_EVERY: Final = 1.0
_LOOK_EVERY: Final = 0.05
_TO_SPARE_MS: Final = 1000


class Circuit(NamedTuple):
    """What has a breaker of its own."""

    tenant_id: str
    tool: str
    operation: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a circuit stands that has failed: so often in a row.

    `open_ms` is how long ago it was opened, None where it is closed.
    """

    failure_count: int
    open_ms: float | None = None


class Breakers(Protocol):
    """The circuits that have failed, for all processes of a database and by its clock.

    One that is not known here is closed. Each method is atomic.
    """

    def standings(self, tenant_id: str) -> Mapping[Circuit, Standing]:
        """Return the circuits of a tenant that have failed since they last answered."""

    def failed(self, circuit: Circuit, *, threshold: int, is_probe: bool) -> None:
        """Count a failure: at the threshold, or where the probe fails, the circuit opens (anew).

        What fails late, after the circuit was opened, does not open it anew.
        """

    def answered(self, circuit: Circuit) -> None:
        """Close the circuit, and forget its failures."""

    def take_probe(self, circuit: Circuit, *, reset_ms: int, term_ms: int) -> bool:
        """Return whether the caller is the one that tries the tool.

        It is when the circuit was opened `reset_ms` ago, and nobody tries it now: who does, has
        `term_ms` for it. A circuit that was opened later than now, by a clock that was set back,
        is tried at once.
        """

    def give_back(self, circuit: Circuit) -> None:
        """Let somebody else try: the probe was given up."""


class ReadBreakers:
    """The breakers as a process sees them: it reads those of a tenant once a second at most."""

    def __init__(
        self, breakers: Breakers, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Read by this clock, in seconds."""
        self._breakers, self._monotonic = breakers, monotonic
        self.give_back = breakers.give_back
        self._known = dict[str, tuple[float, Mapping[Circuit, Standing]]]()

    async def let_through(
        self, circuit: Circuit, policy: ToolPolicy, patience: Patience, *, timeout_ms: int
    ) -> bool:
        """Return when the circuit is closed, or True where the caller is the one that tries.

        While another one tries, wait for what comes of that. Raises `NotLetThrough`. Who tries
        has to tell what came of it, or give the probe back.
        """
        since, has_waited = self._monotonic(), False
        term_ms = timeout_ms + policy.max_wait_ms + _TO_SPARE_MS
        try:
            while (left_ms := self._left_ms(circuit, policy)) is not None:
                if left_ms > 0:
                    raise _left_alone(circuit, left_ms)
                if await in_thread(
                    self._breakers.take_probe,
                    circuit,
                    reset_ms=policy.breaker_reset_ms,
                    term_ms=term_ms,
                ):
                    return True
                if self._ms_since(since) >= patience.left_ms:
                    raise _is_tried(circuit, self._ms_since(since))
                await asyncio.sleep(_LOOK_EVERY)
                has_waited = bool(self._known.pop(circuit.tenant_id, True))
            return False
        finally:
            if has_waited:
                patience.waited("breaker_probe", self._ms_since(since))

    async def tell(
        self, circuit: Circuit, policy: ToolPolicy, result: ToolResult, *, is_probe: bool
    ) -> None:
        """Count a failure of the tool; anything else it answered closes the circuit."""
        if not result.success and result.error_code in FAILURES:
            threshold = policy.breaker_threshold
            await in_thread(self._breakers.failed, circuit, threshold=threshold, is_probe=is_probe)
        elif circuit in self._known.get(circuit.tenant_id, (0.0, {}))[1]:
            await in_thread(self._breakers.answered, circuit)
        else:
            return  # a circuit that has not failed costs nothing
        self._known.pop(circuit.tenant_id, None)

    def _left_ms(self, circuit: Circuit, policy: ToolPolicy) -> float | None:
        """Return how long the circuit stays open, 0 where it may be tried; None: it is closed."""
        read_at, known = self._known.get(circuit.tenant_id, (float("-inf"), {}))
        if self._monotonic() - read_at > _READ_EVERY:
            # Not in a thread: of calls that come meanwhile, none may go by what was known before.
            known = self._breakers.standings(circuit.tenant_id)
            read_at = self._monotonic()
            self._known[circuit.tenant_id] = read_at, known
        standing = known.get(circuit)
        if standing is None or standing.open_ms is None:
            return None
        if standing.open_ms < 0:  # the clock was set back
            return 0.0
        return max(0.0, policy.breaker_reset_ms - standing.open_ms - self._ms_since(read_at))

    def _ms_since(self, instant: float) -> float:
        return (self._monotonic() - instant) * 1000


def _left_alone(circuit: Circuit, left_ms: float) -> NotLetThrough:
    return _refused(circuit, f"is left alone for another {left_ms / 1000:.1f} s", left_ms)


def _is_tried(circuit: Circuit, waited_ms: float) -> NotLetThrough:
    told = f"another call tries it and has not answered within {waited_ms:.0f} ms"
    return _refused(circuit, told, _LOOK_EVERY * 1000)


def _refused(circuit: Circuit, told: str, left_ms: float) -> NotLetThrough:
    message = f"{circuit.tool}.{circuit.operation} kept failing and {told}"
    return NotLetThrough(ToolErrorCode.CIRCUIT_OPEN, message, retry_after_ms=round(left_ms))
