"""The watch over a run that is carried out: somebody else may cancel it, or take it over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from domain.errors import CancelledByOther, Conflict, TakenOver
from domain.run.events import HistoryEntry, RunCancelled, RunRecovered, RunResumed
from domain.threads import in_thread
from domain.writer import StreamWriter

Watched = StreamWriter[Any, Any, Any]


def _nothing(_writer: Watched) -> None:
    """Do nothing at a beat."""


class Overtaken(Exception):
    """Somebody else has written to a run that this worker carries out."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks every so many seconds; `beat` is called then, in a thread, with the run's writer."""

    beat: Callable[[Watched], None] = _nothing
    seconds: float = 1.0

    @asynccontextmanager
    async def over(self, writer: Watched) -> AsyncIterator[None]:
        """Cancel what this task does inside once somebody else has written to the stream.

        Raises `Overtaken` for such a cancellation.
        """
        carrier = asyncio.current_task()
        if carrier is None:
            raise RuntimeError
        cancelled_before, watching = carrier.cancelling(), list[asyncio.Task[None]]()

        def begin() -> None:
            watching.append(asyncio.create_task(self._overtaken(writer)))
            watching[0].add_done_callback(partial(_cancel, carrier))

        # Most runs end sooner: they need no task that waits.
        first_look = asyncio.get_running_loop().call_later(self.seconds, begin)
        try:
            yield
        except asyncio.CancelledError as cancelled:
            # As in asyncio.timeout: a cancellation by anybody else counts more.
            if any(map(_has_ended, watching)) and carrier.uncancel() <= cancelled_before:
                raise Overtaken from cancelled
            raise
        finally:
            first_look.cancel()
            for each in watching:
                each.cancel()

    async def _overtaken(self, writer: Watched) -> None:
        """Return once somebody else has written to the stream."""
        while True:
            with suppress(Exception):  # the run meets it with its next append, or it has passed
                await in_thread(self.beat, writer)
                if await writer.is_overtaken():
                    return
            await asyncio.sleep(self.seconds)


def overtaken_by(history: Sequence[HistoryEntry], known: int) -> Conflict:
    """Return the error that says what became of a run after the events that its worker knows."""
    run_id = history[0].envelope.stream_id
    for entry in reversed(history[known:]):
        match entry.event:
            case RunCancelled(why=why):
                return CancelledByOther(run_id, by=_author(entry), why=why)
            case RunRecovered() | RunResumed():
                return TakenOver(run_id, by=_author(entry))
            case _:
                continue
    return TakenOver(run_id, by=_author(history[-1]))


def _author(entry: HistoryEntry) -> str:
    return f"{entry.envelope.actor.kind} {entry.envelope.actor.id}"


def _cancel(carrier: "asyncio.Task[Any]", watching: "asyncio.Task[None]") -> None:
    if not watching.cancelled():
        carrier.cancel()


def _has_ended(watching: "asyncio.Task[None]") -> bool:
    return watching.done() and not watching.cancelled()
