"""The service: takes requests, and carries out runs."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from msgspec.structs import replace

from domain.aggregate.envelope import Actor
from domain.audit.request_key import request_key
from domain.errors import ForkedHistory, NotFound, WrongExpectedVersion
from domain.large_results import read_stream
from domain.ports import Appended, Clock, EventStore, IdempotencyKey, Ids, LeaseTerm
from domain.replay.fork.run_sources import sources_of
from domain.replay.record.terms import terms_of
from domain.replay.resume.resumption import Resumption, resume_command
from domain.run.aggregate import RUN
from domain.run.commands import CancelRun, Command, RequestRun
from domain.run.events import HistoryEntry, RunEvent
from domain.run.lifecycle import ENDED_STATES, RunState
from domain.run.notes import NoteCommand
from domain.run.state import Run
from domain.services.leases import NO_LEASES, LeaseHolder
from domain.services.requested_run import Begun, RequestedRun, unheard
from domain.services.watch import Overtaken, Watch, overtaken_by
from domain.stages.runner import Runner
from domain.stages.runner_context import RunnerContext
from domain.stages.workshop import Workshop
from domain.writer import Authorship, StreamWriter

RunWriter = StreamWriter[Run, Command, RunEvent]
_INTERRUPTED = "interrupted"
_TRIES = 20
_WATCH = Watch()


class RunService:
    """The one road from a request to events.

    `holder` names this process in the events of the runs that it carries out, and keeps other
    workers from them; `engine_version` names this opstrail in the requests that it takes. With
    `request_rides`, what `ask` requests becomes durable together with the first calls, and not
    before: who waits for an answer needs no acknowledgement, and a commit is saved. While it
    `is_parking`, a run whose task is cancelled is not: it is set down, to be recovered at once.
    """

    def __init__(  # noqa: PLR0913 - its ports, and what is its own
        self,
        *,
        store: EventStore,
        clock: Clock,
        ids: Ids,
        workshop: Workshop,
        engine_version: str | None = None,
        request_rides: bool = False,
        watch: Watch = _WATCH,
        holder: LeaseHolder = NO_LEASES,
    ) -> None:
        self._request_rides, self.holder = request_rides, holder
        self._watch, self.is_parking = holder.watching(watch), False
        self._store, self._clock, self._ids, self._workshop = store, clock, ids, workshop
        self._worker, self._engine_version = Actor("service", holder.owner), engine_version

    def request(self, command: RequestRun, by: Authorship) -> RequestedRun:
        """Record a request durably and return its run. Nothing is carried out yet.

        The same idempotency key with the same content gives the same run; with other content it is
        refused (`KeyReused`). Raises what `EventStore.append` raises.
        """
        writer, requested = self._begun(command, by, run_id=self.new_run_id())
        appended = writer.append(request_key(requested.event))
        if appended is None:
            raise NotFound(writer.stream_id)
        return RequestedRun(appended.stream_id, appended.is_repeat)

    def new_run_id(self) -> str:
        """Return an id that no run has."""
        return f"run-{self._ids.new()}"

    async def ask(
        self, command: RequestRun, by: Authorship, *, run_id: str, begun: Begun = unheard
    ) -> RequestedRun:
        """Record a request, carry its run to its end, and return it; a repeated one is only found.

        The run has this new id. `begun` is called once it is durable, unless the request rides.
        Raises like `request` and `carry_out`.
        """
        writer, requested = self._begun(command, by, run_id=run_id)
        key = request_key(requested.event)
        if key is not None or not self._request_rides:
            appended = await self._acknowledged(writer, key)
            if appended is not None and appended.is_repeat:
                return RequestedRun(appended.stream_id, is_repeat=True)
            begun(run_id)
        history = [requested]
        writer.go_on_as(self.own(history))
        await self._carried_out(writer, history, self._worker)
        return RequestedRun(run_id)

    def resume(self, run_id: str, resumption: Resumption, by: Authorship) -> RequestedRun:
        """Record that a run goes on which ended without all answers; `carry_out` then does it.

        Raises `NotFound`, `Conflict` when somebody else was first, and like `resume_command`.
        """
        history = self.history(by.tenant_id, run_id)
        by.require_seen(run_id, len(history))  # before what the state of now does not allow
        command = resume_command(history, resumption, self._workshop.registry)
        self._workshop.assets_of(history).require(resumption.patches.assets)
        self.record(history, command, by, lease=self.holder.term)
        return RequestedRun(run_id)

    async def carry_out(
        self, tenant_id: str, run_id: str, *, canceller: Actor | None = None
    ) -> None:
        """Carry a run to its end that was requested, or taken up again.

        When cancelled, records that `canceller`, by default this worker, did it and raises
        CancelledError. Raises `NotFound`, `TakenOver` when another worker went on with the run
        meanwhile, `CancelledByOther` when somebody cancelled it, and what the event store raises.
        """
        history = self.history(tenant_id, run_id)
        writer = self.continued(history, self.own(history), lease=self.holder.term)
        await self._carried_out(writer, history, canceller or self._worker)

    def note(self, run_id: str, command: NoteCommand, by: Authorship) -> None:
        """Record what is said of a run from outside: a remark, or its golden name.

        When somebody else writes meanwhile, it is decided again. Raises `NotFound`, what `decide`
        raises, and `Conflict` when that goes on and on.
        """
        self._record_soon(run_id, command, by)

    def cancel(self, run_id: str, *, why: str, by: Authorship) -> None:
        """Record that a run is cancelled; a worker that carries it out stops when it sees that.

        That is with its next append, or within a second. Raises like `note`.
        """
        self._record_soon(run_id, CancelRun(why), by)

    def record(
        self,
        history: Sequence[HistoryEntry],
        command: Command,
        by: Authorship,
        *,
        lease: LeaseTerm | None = None,
    ) -> None:
        """Record what a command makes of the run with this history.

        Raises what `decide` raises, and `Conflict` when the run has another history by now, or
        somebody else the lease that is to be taken.
        """
        writer = self.continued(history, by, lease=lease)
        writer.handle(command)
        writer.append()

    def _record_soon(self, run_id: str, command: Command, by: Authorship) -> None:
        for _ in range(0 if by.seen else _TRIES - 1):
            with suppress(WrongExpectedVersion):
                return self.record(self.history(by.tenant_id, run_id), command, by)
        return self.record(self.history(by.tenant_id, run_id), command, by)

    def continued(
        self, history: Sequence[HistoryEntry], by: Authorship, *, lease: LeaseTerm | None = None
    ) -> RunWriter:
        """Return a writer that goes on with the run of this history, which is not empty."""
        writer = self._writer(history[0].envelope.stream_id, by, lease)
        writer.continue_from(history)
        return writer

    def history(self, tenant_id: str, run_id: str) -> list[HistoryEntry]:
        """Return the events of a run. Raises `NotFound`, `CorruptLog`."""
        return read_stream(self._store, RUN, tenant_id, run_id)

    def own(self, history: Sequence[HistoryEntry]) -> Authorship:
        """Return this worker as the author of what comes next in a run."""
        first = history[0].envelope
        return Authorship(first.tenant_id, self._worker, first.traceparent)

    def _begun(
        self, command: RequestRun, by: Authorship, *, run_id: str
    ) -> tuple[RunWriter, HistoryEntry]:
        """Return the writer of a new run, and the request that it has gathered."""
        writer = self._writer(run_id, by, self.holder.term)
        (requested,) = writer.handle(replace(command, engine_version=self._engine_version))
        return writer, requested

    async def _acknowledged(
        self, writer: RunWriter, key: IdempotencyKey | None
    ) -> Appended | None:
        """Make a request durable; when cancelled meanwhile, record that too."""
        try:
            return await writer.append_async(key)
        except asyncio.CancelledError:
            if writer.is_durable:  # else nobody will ever hear of the run
                self._cancel(writer, self._worker)
            raise

    async def _carried_out(
        self, writer: RunWriter, history: Sequence[HistoryEntry], canceller: Actor
    ) -> None:
        try:
            await self._carry_out(writer, history, canceller)
        except (Overtaken, WrongExpectedVersion, ForkedHistory) as error:
            known, tenant_id = writer.durable_version, history[0].envelope.tenant_id
            raise overtaken_by(self.history(tenant_id, writer.stream_id), known) from error

    async def _carry_out(
        self, writer: RunWriter, history: Sequence[HistoryEntry], canceller: Actor
    ) -> None:
        try:
            async with self._watch.over(writer):
                await self._runner(writer, history).run()
            if writer.state.state is RunState.WAITING:
                seconds = self._workshop.approval_seconds
                self.holder.set_down(writer.tenant_id, writer.stream_id, seconds=seconds)
        except asyncio.CancelledError:
            self._cancel(writer, canceller)
            raise

    def _cancel(self, writer: RunWriter, canceller: Actor) -> None:
        # Of a run that has ended, only its last append was interrupted.
        if not (self.is_parking or writer.state.state in ENDED_STATES):
            writer.handle(CancelRun(_INTERRUPTED), by=canceller)
        writer.append()
        if self.is_parking:
            self.holder.set_down(writer.tenant_id, writer.stream_id, seconds=0)

    def _runner(self, writer: RunWriter, history: Sequence[HistoryEntry]) -> Runner:
        tenant_id, run_id = history[0].envelope.tenant_id, writer.stream_id
        terms = terms_of(history)
        parent_id = terms.origin.parent_run_id
        parent = self.history(tenant_id, parent_id) if parent_id else []
        context = RunnerContext(tenant_id=tenant_id, trace_id=run_id, request_id=run_id)
        sources, _ = sources_of(history, parent, self._workshop, self._clock.now)
        return Runner(context, writer, terms, sources)

    def _writer(self, run_id: str, by: Authorship, lease: LeaseTerm | None) -> RunWriter:
        store, clock, ids = self._store, self._clock, self._ids
        policy = self._workshop.confidential.redaction
        return StreamWriter(
            RUN, run_id, by, store=store, clock=clock, ids=ids, lease=lease, redaction=policy
        )
