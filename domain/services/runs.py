"""The service: takes requests, and carries out runs."""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from msgspec import structs

from domain.aggregate.envelope import Actor
from domain.errors import ForkedHistory, NotFound, TakenOver, WrongExpectedVersion
from domain.large_results import read_stream
from domain.ports import Clock, EventStore, IdempotencyKey, Ids
from domain.replay.fork.run_sources import sources_of
from domain.replay.record.recording import request_of
from domain.replay.resume.continuation import GoingOn, recovery_of, resumption_of
from domain.run.aggregate import RUN
from domain.run.commands import (
    AnnotateRun,
    CancelRun,
    Command,
    FlagRun,
    PinGolden,
    RecoverRun,
    RequestRun,
    ResumeRun,
    UnpinGolden,
)
from domain.run.events import HistoryEntry, RunEvent
from domain.run.lifecycle import FINAL_STATES
from domain.run.state import Run
from domain.stages.runner import Runner
from domain.stages.runner_context import RunnerContext
from domain.stages.workshop import Workshop
from domain.writer import Authorship, StreamWriter

_Writer = StreamWriter[Run, Command, RunEvent]
_INTERRUPTED = "interrupted"
_TRIES_OF_A_NOTE = 20
Note = AnnotateRun | FlagRun | PinGolden | UnpinGolden


@dataclass(frozen=True, slots=True)
class RequestedRun:
    """A run that was acknowledged.

    `is_repeat` says that the same request was made before, and this is its run.
    """

    run_id: str
    is_repeat: bool = False


class RunService:
    """The one road from a request to events.

    `worker` names this process in the events of the runs that it carries out, `engine_version`
    this opstrail in the requests that it takes.
    """

    def __init__(
        self,
        *,
        store: EventStore,
        clock: Clock,
        ids: Ids,
        workshop: Workshop,
        worker: str = "runner",
        engine_version: str | None = None,
    ) -> None:
        self._store, self._clock, self._ids, self._workshop = store, clock, ids, workshop
        self._worker, self._engine_version = Actor("service", worker), engine_version

    def request(self, command: RequestRun, by: Authorship) -> RequestedRun:
        """Record a request durably and return its run. Nothing is carried out yet.

        The same idempotency key with the same content gives the same run; with other content it is
        refused (`KeyReused`). Raises what `EventStore.append` raises.
        """
        writer = self._writer(f"run-{self._ids.new()}", by)
        events = writer.handle(replace(command, engine_version=self._engine_version))
        key = None
        if command.idempotency_key is not None:
            # Not with the engine's version: the same request is the same after an update, too.
            _, _, content = RUN.encode(structs.replace(events[0], engine_version=None))
            digest = hashlib.sha256(content.encode()).digest()
            key = IdempotencyKey(command.idempotency_key, digest)
        appended = writer.append(key)
        if appended is None:
            raise NotFound(writer.stream_id)
        return RequestedRun(appended.stream_id, appended.is_repeat)

    def resume(self, run_id: str, *, why: str, by: Authorship) -> GoingOn:
        """Record that a failed run goes on where it failed; `carry_out` then does it.

        Raises `NotFound`, `IllegalTransition` when the run did not fail, `ErasedResult`.
        """
        history = self.history(by.tenant_id, run_id)
        going_on = resumption_of(history)
        command = ResumeRun(
            from_stage=going_on.from_stage, why=why, reused_calls=going_on.reused_calls
        )
        self.record(history, command, by)
        return going_on

    def take_over(self, tenant_id: str, run_id: str, *, lost_worker: str | None) -> GoingOn:
        """Record that this worker goes on with a run whose worker is lost; `carry_out` does it.

        Raises `NotFound`, `IllegalTransition` when the run has ended, `Conflict` when somebody
        else was first.
        """
        history = self.history(tenant_id, run_id)
        going_on = recovery_of(history)
        command = RecoverRun(
            lost_worker=lost_worker,
            from_stage=going_on.from_stage,
            reused_calls=going_on.reused_calls,
        )
        self.record(history, command, self._own(history))
        return going_on

    async def carry_out(
        self, tenant_id: str, run_id: str, *, canceller: Actor | None = None
    ) -> None:
        """Carry a run to its end that was requested, or taken up again.

        When cancelled, records that `canceller`, by default this worker, did it and raises
        CancelledError. Raises `NotFound`, `TakenOver` when another worker went on with the run
        meanwhile, and what the event store raises.
        """
        history = self.history(tenant_id, run_id)
        writer = self._continued(history, self._own(history))
        try:
            await self._carry_out(writer, history, canceller or self._worker)
        except (WrongExpectedVersion, ForkedHistory) as error:
            raise TakenOver(run_id) from error

    def note(self, run_id: str, command: Note, by: Authorship) -> None:
        """Record what is said of a run from outside: a remark, or its golden name.

        When somebody else writes meanwhile, it is decided again. Raises `NotFound`, what `decide`
        raises, and `Conflict` when that goes on and on.
        """
        for _ in range(_TRIES_OF_A_NOTE - 1):
            with suppress(WrongExpectedVersion):
                return self.record(self.history(by.tenant_id, run_id), command, by)
        return self.record(self.history(by.tenant_id, run_id), command, by)

    def record(self, history: Sequence[HistoryEntry], command: Command, by: Authorship) -> None:
        """Record what a command makes of the run with this history.

        Raises what `decide` raises, and `Conflict` when the run has another history by now.
        """
        writer = self._continued(history, by)
        writer.handle(command)
        writer.append()

    def history(self, tenant_id: str, run_id: str) -> list[HistoryEntry]:
        """Return the events of a run. Raises `NotFound`, `CorruptLog`."""
        return read_stream(self._store, RUN, tenant_id, run_id)

    async def _carry_out(
        self, writer: _Writer, history: Sequence[HistoryEntry], canceller: Actor
    ) -> None:
        try:
            await self._runner(writer, history).run()
        except asyncio.CancelledError:
            if writer.state.state not in FINAL_STATES:  # else only its last append was interrupted
                writer.handle(CancelRun(_INTERRUPTED), by=canceller)
            writer.append()
            raise

    def _runner(self, writer: _Writer, history: Sequence[HistoryEntry]) -> Runner:
        tenant_id, run_id = history[0].envelope.tenant_id, writer.stream_id
        request = request_of(history)
        parent_id = request.origin.parent_run_id
        parent = self.history(tenant_id, parent_id) if parent_id else []
        context = RunnerContext(tenant_id=tenant_id, trace_id=run_id, request_id=run_id)
        return Runner(context, writer, request, sources_of(history, parent, self._workshop))

    def _continued(self, history: Sequence[HistoryEntry], by: Authorship) -> _Writer:
        writer = self._writer(history[0].envelope.stream_id, by)
        writer.continue_from(history)
        return writer

    def _own(self, history: Sequence[HistoryEntry]) -> Authorship:
        first = history[0].envelope
        return Authorship(first.tenant_id, self._worker, first.traceparent)

    def _writer(self, run_id: str, by: Authorship) -> _Writer:
        return StreamWriter(RUN, run_id, by, store=self._store, clock=self._clock, ids=self._ids)
