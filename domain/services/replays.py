"""Replays: what can be done with a run that is on the record."""

from collections.abc import Sequence
from datetime import UTC

from msgspec.structs import replace

from domain.aggregate.aggregate import StreamEntry
from domain.aggregate.envelope import Actor, Envelope
from domain.ports import Clock
from domain.replay.compare.compare import compare
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.replay.fork.descent import Fork, Rerun, fork_request, rerun_request
from domain.replay.fork.preview import preview
from domain.replay.fork.stage_alone import stage_alone
from domain.replay.record.recording import request_of
from domain.replay.resume.resumption import Resumption, resume_command
from domain.replay.verify.verifier import NAMELESS, Verifier
from domain.replay.verify.verify import verify
from domain.run.commands import Command, RequestRun
from domain.run.events import HistoryEntry
from domain.run.fold import fold
from domain.run.run import decide
from domain.run.state import Run
from domain.services.requested_run import RequestedRun
from domain.services.runs import RunService
from domain.services.taking_over import recover_command
from domain.stages.workshop import Workshop
from domain.times import recorded_text
from domain.tools.catalogue import KnownTools
from domain.views.preview import Preview
from domain.views.stage_test import IsolatedStageTestRequest, StageTestResponse
from domain.views.verdict import Verdict
from domain.writer import Authorship

_FORECAST = Actor("system", "preview")
_NOT_YET = "run-not-yet"


class Replays:
    """Forks and reruns, previews of all replays, and verification.

    Forks and reruns are requested here; like every run they are then carried out by the service.
    """

    def __init__(
        self,
        service: RunService,
        *,
        workshop: Workshop,
        clock: Clock,
        verifier: Verifier = NAMELESS,
        known_tools: KnownTools | None = None,
    ) -> None:
        """Verify with the known tools, by default those of the workshop."""
        self._service, self._workshop, self._clock = service, workshop, clock
        self._verifier, self._known_tools = verifier, known_tools or workshop.registry

    def fork(
        self, run_id: str, fork: Fork, by: Authorship, *, key: str | None = None
    ) -> RequestedRun:
        """Request a fork of a run, under an idempotency key if there is one.

        Raises like `fork_request` and `RunService.request`, `NotFound`.
        """
        request, parent = self._fork(by.tenant_id, run_id, fork)
        by.require_seen(run_id, len(parent))
        return self._service.request(replace(request, idempotency_key=key), by)

    def rerun(
        self, run_id: str, rerun: Rerun, by: Authorship, *, key: str | None = None
    ) -> RequestedRun:
        """Request a rerun of a run, under an idempotency key if there is one.

        Raises like `rerun_request` and `RunService.request`, `NotFound`.
        """
        request, parent = self._rerun(by.tenant_id, run_id, rerun)
        by.require_seen(run_id, len(parent))
        return self._service.request(replace(request, idempotency_key=key), by)

    def difference(self, tenant_id: str, before: str, after: str) -> str:
        """Return in a sentence how one run differs from another. Raises `NotFound`."""
        histories = (self._service.history(tenant_id, run_id) for run_id in (before, after))
        return f"{compare(*histories).verdict} (opstrail run compare {before} {after})"

    async def preview_fork(self, tenant_id: str, run_id: str, fork: Fork) -> Preview:
        """Return what the fork would do. Raises like `fork`."""
        return await self._preview_of(*self._fork(tenant_id, run_id, fork))

    async def preview_rerun(self, tenant_id: str, run_id: str, rerun: Rerun) -> Preview:
        """Return what the rerun would do. Raises like `rerun`."""
        return await self._preview_of(*self._rerun(tenant_id, run_id, rerun))

    async def preview_recovery(self, tenant_id: str, run_id: str) -> Preview:
        """Return what recovering would do. Raises `NotFound`, `IllegalTransition`."""
        history = self._service.history(tenant_id, run_id)
        return await self._preview_going_on(recover_command(history, None), history)

    async def preview_resume(self, tenant_id: str, run_id: str, resumption: Resumption) -> Preview:
        """Return what resuming would do. Raises like `RunService.resume`."""
        history = self._service.history(tenant_id, run_id)
        command = resume_command(history, resumption, self._workshop.registry)
        self._workshop.assets_of(history).require(resumption.patches.assets)
        return await self._preview_going_on(command, history)

    async def run_stage(
        self, tenant_id: str, run_id: str, asked: IsolatedStageTestRequest
    ) -> StageTestResponse:
        """See `stage_alone`. Raises `NotFound`, too."""
        return await stage_alone(self._service.history(tenant_id, run_id), asked, self._workshop)

    async def verify(self, tenant_id: str, run_id: str, ignore: IgnoreRules = NO_RULES) -> Verdict:
        """See `domain.replay.verify.verify`. Raises `NotFound`, `ErasedResult`."""
        history = self._service.history(tenant_id, run_id)
        return await verify(history, self._known_tools, self._verifier, ignore)

    def _fork(
        self, tenant_id: str, run_id: str, fork: Fork
    ) -> tuple[RequestRun, Sequence[HistoryEntry]]:
        parent = self._service.history(tenant_id, run_id)
        request = fork_request(parent, fork, self._workshop.registry)
        self._workshop.assets_of(parent).require(fork.patches.assets)
        return request, parent

    def _rerun(
        self, tenant_id: str, run_id: str, rerun: Rerun
    ) -> tuple[RequestRun, Sequence[HistoryEntry]]:
        parent = self._service.history(tenant_id, run_id)
        request = rerun_request(parent, rerun, self._workshop.registry)
        self._workshop.assets_of(parent).require(rerun.patches.assets)
        return request, parent

    async def _preview_going_on(
        self, command: Command, history: Sequence[HistoryEntry]
    ) -> Preview:
        first, parent_id = history[0].envelope, request_of(history).origin.parent_run_id
        parent = self._service.history(first.tenant_id, parent_id) if parent_id else []
        run = fold(first.stream_id, (entry.event for entry in history))
        would_be = [*history, self._entry(command, run, first.tenant_id)]
        return await preview(would_be, parent, self._workshop)

    async def _preview_of(self, request: RequestRun, parent: Sequence[HistoryEntry]) -> Preview:
        tenant_id = parent[0].envelope.tenant_id
        would_be = [self._entry(request, Run(run_id=_NOT_YET), tenant_id)]
        return await preview(would_be, parent, self._workshop)

    def _entry(self, command: Command, run: Run, tenant_id: str) -> HistoryEntry:
        """Return what would be recorded; it is not, so nothing seals it."""
        (event,) = decide(run, command)
        envelope = Envelope(
            tenant_id=tenant_id,
            stream_id=run.run_id,
            version=run.version + 1,
            event_id="",
            type=event.stored_as,
            schema_version=event.schema_version,
            recorded_at=recorded_text(self._clock.now().astimezone(UTC)),
            actor=_FORECAST,
            correlation_id=run.run_id,
            causation_id=None,
            traceparent=None,
            data="",
            content_hash=b"",
        )
        return StreamEntry(0, envelope, event)
