"""The operations that go on from the record of one run: resume, fork and rerun it."""

from functools import partial
from typing import Final

from domain.assets.errors import NoSuchAsset, WrongAsset
from domain.errors import (
    CancelledByOther,
    ErasedResult,
    IllegalTransition,
    ReplayRefused,
    TakenOver,
)
from domain.operations.one_run import NOT_THERE, OneRun, RunAndReason
from domain.operations.operation import Caller, Params, Scope, command, read
from domain.operations.services import Services
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.stages.given_plan import WrongPlan
from domain.views.preview import PREVIEW, Preview
from domain.views.response import RESPONSE, RunResponse
from domain.views.stage_test import (
    STAGE_TEST,
    IsolatedStageTestRequest,
    StageTestInput,
    StageTestResponse,
)

STOPPED: Final = (TakenOver, CancelledByOther)
_CANNOT_FORK: Final = (*NOT_THERE, ReplayRefused, ErasedResult, WrongAsset, NoSuchAsset)
_CANNOT_RESUME: Final = (*_CANNOT_FORK, IllegalTransition)


class ResumeParams(RunAndReason, Resumption):
    """A run, why it goes on, and what is to be otherwise from there on."""


class ForkParams(RunAndReason, Fork):
    """A run, why it is forked, and what is to be otherwise."""


class RerunParams(RunAndReason, Rerun):
    """A run, why its plan is carried out again, and what is to be otherwise."""


class StageInput(Params, StageTestInput):
    """What a stage is run on."""


class StageParams(OneRun, IsolatedStageTestRequest):
    """A run, one of its stages, and what that is run on."""


async def resume_run(have: Services, caller: Caller, params: ResumeParams) -> RunResponse:
    """Let a run go on that ended without all answers, and return its answer."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    begin = partial(have.runs.resume, run_id, params, caller.by)
    return await have.dispatcher.answer(caller.tenant_id, begin, caller.tell, caller.begun)


async def preview_resume(have: Services, caller: Caller, params: ResumeParams) -> Preview:
    """Return what resuming the run would call."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await have.replays.preview_resume(caller.tenant_id, run_id, params)


async def fork_run(have: Services, caller: Caller, params: ForkParams) -> RunResponse:
    """Start a new run from the record of another, and return its answer."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    begin = partial(have.replays.fork, run_id, params, caller.by)
    return await have.dispatcher.answer(caller.tenant_id, begin, caller.tell, caller.begun)


async def preview_fork(have: Services, caller: Caller, params: ForkParams) -> Preview:
    """Return what the fork would call."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await have.replays.preview_fork(caller.tenant_id, run_id, params)


async def rerun_run(have: Services, caller: Caller, params: RerunParams) -> RunResponse:
    """Run the same plan again, all calls live; tell how the new run differs, return its answer."""
    tenant_id = caller.tenant_id
    run_id = have.reader.resolve(tenant_id, params.run)
    begin = partial(have.replays.rerun, run_id, params, caller.by)
    response = await have.dispatcher.answer(tenant_id, begin, caller.tell, caller.begun)
    caller.tell(have.replays.difference(tenant_id, run_id, response["run_id"]))
    return response


async def preview_rerun(have: Services, caller: Caller, params: RerunParams) -> Preview:
    """Return what the rerun would call."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await have.replays.preview_rerun(caller.tenant_id, run_id, params)


async def run_stage(have: Services, caller: Caller, params: StageParams) -> StageTestResponse:
    """Run one stage alone on what is recorded before it, or on what is given."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await have.replays.run_stage(caller.tenant_id, run_id, params)


RESUME_RUN: Final = command(
    "run.resume",
    Scope.RUNS_WRITE,
    ResumeParams,
    RESPONSE,
    resume_run,
    *_CANNOT_RESUME,
    *STOPPED,
    when_interrupted="cancels",
)
RESUME_PREVIEW: Final = read(
    "run.resume_preview", Scope.RUNS_READ, ResumeParams, PREVIEW, preview_resume, *_CANNOT_RESUME
)
FORK_RUN: Final = command(
    "run.fork",
    Scope.REPLAY_LIVE,
    ForkParams,
    RESPONSE,
    fork_run,
    *_CANNOT_FORK,
    *STOPPED,
    when_interrupted="cancels",
)
FORK_PREVIEW: Final = read(
    "run.fork_preview", Scope.RUNS_READ, ForkParams, PREVIEW, preview_fork, *_CANNOT_FORK
)
RERUN_RUN: Final = command(
    "run.rerun",
    Scope.REPLAY_LIVE,
    RerunParams,
    RESPONSE,
    rerun_run,
    *_CANNOT_FORK,
    *STOPPED,
    when_interrupted="cancels",
)
RERUN_PREVIEW: Final = read(
    "run.rerun_preview", Scope.RUNS_READ, RerunParams, PREVIEW, preview_rerun, *_CANNOT_FORK
)
RUN_STAGE: Final = read(
    "run.stage", Scope.REPLAY_LIVE, StageParams, STAGE_TEST, run_stage, *_CANNOT_FORK, WrongPlan
)
