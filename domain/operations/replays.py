"""The operations that go on from the record of one run: resume, fork and rerun it."""

from functools import partial
from typing import Final

from pydantic import Field

from domain.errors import ErasedResult, IllegalTransition, ReplayRefused, TakenOver
from domain.operations.operation import Caller, Operation, Scope
from domain.operations.requests import REASON
from domain.operations.run_views import NOT_THERE, OneRun
from domain.operations.services import Services
from domain.replay.fork.descent import Fork
from domain.run.facts import Patches
from domain.services.runs import RequestedRun
from domain.views.preview import PREVIEW, Preview
from domain.views.response import RESPONSE, RunResponse


class ReplayParams(OneRun):
    """A run, and why it is replayed."""

    reason: str = REASON


class ForkParams(ReplayParams):
    """A run, why it is forked, and what is to be otherwise."""

    at: int | None = Field(
        default=None, ge=1, description="Use the record up to this version; None is all of it."
    )
    patches: Patches = Field(
        default_factory=Patches, description="Changes of plan, parameters, assets and results."
    )
    action: int | None = Field(
        default=None, ge=1, description="Change the plan as this next action of the answer does."
    )
    is_blocked: bool = Field(
        default=False, description="Refuse every call that is not on the record."
    )

    def fork(self) -> Fork:
        """Return what is asked for."""
        return Fork(
            reason=self.reason,
            at=self.at,
            patches=self.patches,
            action=self.action,
            is_blocked=self.is_blocked,
        )


async def resume_run(have: Services, caller: Caller, params: ReplayParams) -> RunResponse:
    """Let a failed run go on at the stage that failed, and return its answer."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)

    def begin() -> RequestedRun:
        have.runs.resume(run_id, why=params.reason, by=caller.by)
        return RequestedRun(run_id)

    return await have.dispatcher.answer(caller.tenant_id, begin, caller.tell)


async def preview_resume(have: Services, caller: Caller, params: ReplayParams) -> Preview:
    """Return what resuming the run would call."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await have.replays.preview_resume(caller.tenant_id, run_id)


async def fork_run(have: Services, caller: Caller, params: ForkParams) -> RunResponse:
    """Start a new run from the record of another, and return its answer."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    begin = partial(have.replays.fork, run_id, params.fork(), caller.by)
    return await have.dispatcher.answer(caller.tenant_id, begin, caller.tell)


async def preview_fork(have: Services, caller: Caller, params: ForkParams) -> Preview:
    """Return what the fork would call."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await have.replays.preview_fork(caller.tenant_id, run_id, params.fork())


async def rerun_run(have: Services, caller: Caller, params: ReplayParams) -> RunResponse:
    """Run the same plan again, all calls live; tell how the new run differs, return its answer."""
    tenant_id = caller.tenant_id
    run_id = have.reader.resolve(tenant_id, params.run)
    begin = partial(have.replays.rerun, run_id, params.reason, caller.by)
    response = await have.dispatcher.answer(tenant_id, begin, caller.tell)
    caller.tell(have.replays.difference(tenant_id, run_id, response["run_id"]))
    return response


async def preview_rerun(have: Services, caller: Caller, params: ReplayParams) -> Preview:
    """Return what the rerun would call."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await have.replays.preview_rerun(caller.tenant_id, run_id)


RESUME_RUN: Final = Operation(
    name="run.resume",
    kind="command",
    scope=Scope.RUNS_WRITE,
    params=ReplayParams,
    view=RESPONSE,
    errors=(*NOT_THERE, IllegalTransition, ErasedResult, TakenOver),
    do=resume_run,
)
RESUME_PREVIEW: Final = Operation(
    name="run.resume_preview",
    kind="read",
    scope=Scope.RUNS_READ,
    params=ReplayParams,
    view=PREVIEW,
    errors=(*NOT_THERE, IllegalTransition, ErasedResult),
    do=preview_resume,
)
FORK_RUN: Final = Operation(
    name="run.fork",
    kind="command",
    scope=Scope.REPLAY_LIVE,
    params=ForkParams,
    view=RESPONSE,
    errors=(*NOT_THERE, ReplayRefused, ErasedResult, TakenOver),
    do=fork_run,
)
FORK_PREVIEW: Final = Operation(
    name="run.fork_preview",
    kind="read",
    scope=Scope.RUNS_READ,
    params=ForkParams,
    view=PREVIEW,
    errors=(*NOT_THERE, ReplayRefused, ErasedResult),
    do=preview_fork,
)
RERUN_RUN: Final = Operation(
    name="run.rerun",
    kind="command",
    scope=Scope.REPLAY_LIVE,
    params=ReplayParams,
    view=RESPONSE,
    errors=(*NOT_THERE, TakenOver),
    do=rerun_run,
)
RERUN_PREVIEW: Final = Operation(
    name="run.rerun_preview",
    kind="read",
    scope=Scope.RUNS_READ,
    params=ReplayParams,
    view=PREVIEW,
    errors=NOT_THERE,
    do=preview_rerun,
)

OPERATIONS: Final = (
    RESUME_RUN,
    RESUME_PREVIEW,
    FORK_RUN,
    FORK_PREVIEW,
    RERUN_RUN,
    RERUN_PREVIEW,
)
