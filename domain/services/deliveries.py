"""Delivery: events that others wait for are sent to their servers, until they take them."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from domain.aggregate.envelope import RecordedEvent
from domain.ports import Clock
from domain.run.approval_events import RunWaiting
from domain.run.events import RunFailed
from domain.run.note_events import GoldenBroke
from domain.threads import in_thread
from domain.times import recorded_text
from domain.views.delivery import Letter

KINDS: Final[Mapping[str, str]] = {
    "run.failed": RunFailed.stored_as,
    "approval.needed": RunWaiting.stored_as,
    "golden.broke": GoldenBroke.stored_as,
}
"""What can be heard of, and the events that tell it."""

RETRY_SECONDS: Final = (5, 30, 120, 600, 1800, 7200, 21_600, 43_200)
"""So long it takes until a letter is tried again, give or take a quarter; then it is dead."""
_LOOKS_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody who wants to hear of events of these kinds; `tenants` None are all.

    `send` raises whatever keeps the target from taking a letter.
    """

    name: str
    events: Sequence[str]
    tenants: Sequence[str] | None
    send: Callable[[Letter, RecordedEvent], Coroutine[Any, Any, None]]


class Deliveries(Protocol):
    """Keeps what is to be delivered: letters, and of each target how far the log is read."""

    def read_on(self, target: Target) -> bool:
        """Make letters of what is new in the log; False where another process cares for that."""

    def next_due(self, target: str) -> tuple[Letter, RecordedEvent] | None:
        """Return the oldest letter that is due."""

    def taken(self, letter: Letter) -> None:
        """Drop a letter that was taken."""

    def put_off(self, letter: Letter, *, until: str | None, error: str) -> None:
        """Let a letter be tried again then; without a time it is dead."""

    def letters(self, tenant_id: str, *, limit: int) -> Sequence[Letter]:
        """Return the tenant's letters that nobody has taken, the oldest first."""

    def send_again(self, tenant_id: str, event_ids: Sequence[str]) -> int:
        """Let dead letters be due now, all of the tenant without ids; return how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Delivers what is in the box; `random` gives numbers from 0 to 1."""

    box: Deliveries
    clock: Clock
    random: Callable[[], float]
    doubt: Callable[[str], None]

    async def deliver(self, target: Target) -> None:
        """Send a target what it wants to hear of, as it comes; for ever."""
        while True:
            was_taken = False
            try:
                was_taken = await self.deliver_one(target)
            except Exception as error:  # noqa: BLE001 - the next look finds what is there then
                self.doubt(f"delivery {target.name}: {type(error).__name__}: {error}")
            if not was_taken:  # one that is down is not asked more often than that
                await asyncio.sleep(_LOOKS_EVERY)

    async def deliver_one(self, target: Target) -> bool:
        """Try the letter that is due, if this process cares for the target; return if it went."""
        is_ours = await in_thread(self.box.read_on, target)
        due = await in_thread(self.box.next_due, target.name) if is_ours else None
        if due is None:
            return False
        letter, event = due
        try:
            await target.send(letter, event)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again
            until = self._next_try(letter)
            await in_thread(self.box.put_off, letter, until=until, error=str(error)[:500])
            if until is None:
                self.doubt(f"delivery {target.name}: event {letter.event_id} is dead: {error}")
            return False
        await in_thread(self.box.taken, letter)
        return True

    def _next_try(self, letter: Letter) -> str | None:
        if letter.tries >= len(RETRY_SECONDS):
            return None
        seconds = RETRY_SECONDS[letter.tries] * (0.75 + self.random() / 2)
        return recorded_text(self.clock.now() + timedelta(seconds=seconds))
