"""The service: takes requests, and carries out runs."""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

from domain.ports import Clock, EventStore, IdempotencyKey, Ids
from domain.run.codec import CODEC
from domain.run.commands import CancelRun, RequestRun
from domain.run.envelope import Actor
from domain.run.errors import NotFound
from domain.run.events import RunRequested
from domain.run.lifecycle import FINAL_STATES
from domain.stages.runner import Runner
from domain.stages.runner_context import RunnerContext
from domain.stages.workshop import Workshop, anchored
from domain.writer import Authorship, RunWriter

_INTERRUPTED = "interrupted"
_SERVICE = Actor("service", "runner")


@dataclass(frozen=True, slots=True)
class RequestedRun:
    """A run that was acknowledged.

    `is_repeat` says that the same request was made before, and this is its run.
    """

    run_id: str
    is_repeat: bool = False


class RunService:
    """The one road from a request to events."""

    def __init__(self, *, store: EventStore, clock: Clock, ids: Ids, workshop: Workshop) -> None:
        """Keep what runs need."""
        self._store, self._clock, self._ids, self._workshop = store, clock, ids, workshop

    def request(self, command: RequestRun, by: Authorship) -> RequestedRun:
        """Record a request durably and return its run. Nothing is carried out yet.

        The same idempotency key with the same content gives the same run; with other content it is
        refused (`KeyReused`). Raises what `EventStore.append` raises.
        """
        writer = self._writer(f"run-{self._ids.new()}", by)
        events = writer.handle(command)
        if command.idempotency_key is not None:
            _, _, content = CODEC.encode(events[0])
            digest = hashlib.sha256(content.encode()).digest()
            writer.use_key(IdempotencyKey(command.idempotency_key, digest))
        appended = writer.append()
        if appended is None:
            raise NotFound(writer.run.run_id)
        return RequestedRun(appended.stream_id, appended.is_repeat)

    async def carry_out(self, tenant_id: str, run_id: str, *, canceller: Actor = _SERVICE) -> None:
        """Carry a requested run to its end.

        When cancelled, records that `canceller` did it and raises CancelledError. Raises
        `NotFound`, and what the event store raises.
        """
        history = [CODEC.read(recorded) for recorded in self._store.read(tenant_id, run_id)]
        if not history or not isinstance(history[0].event, RunRequested):
            raise NotFound(run_id)
        first = history[0].envelope
        writer = self._writer(run_id, Authorship(tenant_id, _SERVICE, first.traceparent))
        writer.continue_from(history)
        runner = self._runner(writer, history[0].event, tenant_id, first.recorded_at)
        try:
            await runner.run()
        except asyncio.CancelledError:
            if writer.run.state not in FINAL_STATES:  # else only its last append was interrupted
                writer.handle(CancelRun(_INTERRUPTED), by=canceller)
            writer.append()
            raise

    def _runner(
        self, writer: RunWriter, request: RunRequested, tenant_id: str, requested_at: str
    ) -> Runner:
        run_id = writer.run.run_id
        now = anchored(
            request,
            tenant_id=tenant_id,
            requested_at=datetime.fromisoformat(requested_at),
            estate=self._workshop.estate,
        )
        context = RunnerContext(tenant_id=tenant_id, trace_id=run_id, request_id=run_id)
        return Runner(context, writer, request, now=now, workshop=self._workshop)

    def _writer(self, run_id: str, by: Authorship) -> RunWriter:
        return RunWriter(run_id, by, store=self._store, clock=self._clock, ids=self._ids)
