"""The operations that ask for runs, and those that deal with the runs nobody carries out."""

from datetime import UTC, tzinfo
from typing import Annotated, Final

from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from pydantic import AfterValidator, Field

from domain.assets.errors import NoSuchAsset
from domain.assets.names import overrides_of
from domain.assets.words import meanings
from domain.errors import (
    CancelledByOther,
    CannotBeFollowed,
    IllegalTransition,
    KeyReused,
    TakenOver,
    WrongExpectedVersion,
)
from domain.estate.looked_up import Followed
from domain.json import JsonMap
from domain.operations.one_run import NOT_THERE, RunAndReason, details_told
from domain.operations.operation import Access, Caller, Params, Scope, command, read
from domain.operations.question_params import INSTEAD, QuestionParams, any_of
from domain.operations.services import Services
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import PlanningContext, QuestionNotUnderstood
from domain.response.edition import NEWEST
from domain.run.commands import RequestRun
from domain.run.facts import CallTimeoutMs, Origin, RunOptions
from domain.run.lifecycle import RunState
from domain.run.replanning import ControlLoopPolicy
from domain.stages.given_plan import WrongPlan, WrongQuery, plan_output_of
from domain.stages.run_assets import RunAssets
from domain.stages.workshop import anchored
from domain.threads import in_thread
from domain.time_zones import name_of
from domain.values.fields import Name
from domain.views.plan import PLAN
from domain.views.response import RESPONSE, RunResponse
from domain.views.run import LOST_RUNS, RUN, LostRun, RunDetails

Overrides = Annotated[
    dict[str, str],
    AfterValidator(overrides_of),
    Field(description="Versions of assets that the run takes, by KIND:NAME; 0 is built in."),
]
_CANNOT_FOLLOW: Final = (*NOT_THERE, CannotBeFollowed)
CANNOT_PLAN: Final = (QuestionNotUnderstood, WrongQuery, *_CANNOT_FOLLOW)
_CANNOT_CANCEL: Final = (*NOT_THERE, IllegalTransition, WrongExpectedVersion)
EMPTY_ESTATE: Final = (
    "the estate of tenant {} is empty: `estate.discover`, `estate.import` and"
    " `estate.demo` fill it"
)


class AskParams(QuestionParams):
    """A question, a query or a plan, and how its run is to be carried out."""

    model_config = any_of("question", *INSTEAD)

    plan: JsonMap | None = Field(
        default=None, description="The plan that answers it, or what a planner puts out."
    )
    timeout_ms: CallTimeoutMs | None = Field(
        default=None, description="How long one tool call may take; None is 30 s."
    )
    key: Name | None = Field(
        default=None, description="Idempotency key: repeated, the same request gives the same run."
    )

    replan: bool = Field(
        default=True, description="Whether the run may change its plan where a part of it fails."
    )

    assets: Overrides = {}

    def options(
        self, zone: tzinfo = UTC, replanning: ControlLoopPolicy | UnsetType = UNSET
    ) -> RunOptions:
        """Return the options of the run for somebody in this zone, with this policy."""
        time_zone = UNSET if zone is UTC else name_of(zone)
        policy = replanning if self.replan else UNSET
        options = RunOptions(
            anchor=self.anchor, time_zone=time_zone, replanning=policy, edition=NEWEST
        )
        if self.timeout_ms is None:
            return options
        return replace(options, call_timeout_ms=self.timeout_ms)


async def ask(have: Services, caller: Caller, params: AskParams) -> RunResponse:
    """Make the question, or the plan, a run; carry it out and return its answer."""
    origin, followed = _following(have, caller, params.after)
    request = RequestRun(
        question=params.question,
        plan_output=_given(params),
        origin=origin,
        followed=followed,
        options=params.options(have.zone, have.replanning),
        asset_overrides=params.assets,
        idempotency_key=params.key,
    )
    RunAssets((), have.assets, caller.tenant_id).require(params.assets)
    if request.plan_output is None and not await in_thread(have.estate.revision, caller.tenant_id):
        caller.tell(EMPTY_ESTATE.format(caller.tenant_id))
    return await have.dispatcher.ask(
        request, caller.by, caller.tell, caller.begun, is_awaited=caller.is_awaited
    )


def _following(
    have: Services, caller: Caller, run: str | None
) -> tuple[Origin, Followed | UnsetType]:
    if run is None:
        return Origin(), UNSET
    from domain.operations.follow_ups import following  # noqa: PLC0415 - most follow nothing up

    run_id = have.reader.resolve(caller.tenant_id, run)
    return following(have.reader.history(caller.tenant_id, run_id))


def _given(params: AskParams) -> JsonMap | None:
    if params.query is not None:
        return _planned(params.query)
    return None if params.plan is None else plan_output_of(params.plan)


def _planned(query: JsonMap) -> JsonMap:
    from domain.stages.given_query import planned  # noqa: PLC0415 - most ask in words

    return planned(query)


async def plan_question(have: Services, caller: Caller, params: QuestionParams) -> JsonMap:
    """Return the plan that a question, or a query, becomes; no run is made."""
    return await planned_question(have, caller, params)


async def planned_question(
    have: Services, caller: Caller, params: QuestionParams, *, explains: bool = False
) -> JsonMap:
    """Return what a planner puts out for a question; one who explains says more of the words."""
    if params.query is not None:
        return _planned(params.query)
    tenant_id, estate = caller.tenant_id, have.estate
    question = have.confidential.redaction.of_text(params.question)
    now = anchored(
        params.anchor, tenant_id=tenant_id, requested_at=have.clock.now(), estate=estate
    )
    look_ups = EstateLookUps(estate.vocabulary(tenant_id), question)
    words = RunAssets((), have.assets, tenant_id).words(question)
    _, followed = _following(have, caller, params.after)
    planning = PlanningContext(
        *(tenant_id, look_ups, now.astimezone(have.zone), meanings(words)),
        followed=None if followed is UNSET else followed,
        explains=explains,
    )
    plan_output = await have.planner.plan(question, planning)
    return plan_output.model_dump(mode="json", exclude_defaults=True)


class RunsToRecover(Params):
    """Runs that nobody carries out."""

    runs: tuple[str, ...] = Field(
        default=(),
        description="Which runs: ids or parts of them, also of imported runs; all that are lost"
        " by default.",
    )


async def recover_runs(have: Services, caller: Caller, params: RunsToRecover) -> list[LostRun]:
    """Take over the lost runs, or these; carry them to their ends and return what came of each."""
    run_ids = _resolved(have, caller, params)
    return await have.recovery.recover(
        caller.tenant_id, run_ids, tell=caller.tell, doubt=caller.doubt
    )


async def lost_runs(have: Services, caller: Caller, params: RunsToRecover) -> list[LostRun]:
    """Return the runs that nobody carries out, and what recovering them would do."""
    return await have.recovery.lost(caller.tenant_id, _resolved(have, caller, params))


async def cancel_run(have: Services, caller: Caller, params: RunAndReason) -> RunDetails:
    """Cancel a run, also one that another process carries out, and return how it then is."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    try:
        have.runs.cancel(run_id, why=params.reason, by=caller.by)
    except IllegalTransition as refused:
        if refused.state != RunState.CANCELLED:
            raise
        caller.tell(f"{run_id} was cancelled before; `run.show {run_id}` says by whom")
    return details_told(have, caller, run_id)


def _resolved(have: Services, caller: Caller, params: RunsToRecover) -> list[str]:
    return [have.reader.resolve(caller.tenant_id, run) for run in params.runs]


ASK: Final = command(
    *("run.ask", Scope.RUNS_WRITE, AskParams, RESPONSE, ask),
    *(WrongPlan, WrongQuery, KeyReused, TakenOver, CancelledByOther, NoSuchAsset),
    *_CANNOT_FOLLOW,
    access=Access.BEGIN,
    when_interrupted="cancels",
)
PLAN_QUESTION: Final = read(
    "run.plan",
    Scope.RUNS_READ,
    QuestionParams,
    PLAN,
    plan_question,
    *CANNOT_PLAN,
)
RECOVER_RUNS: Final = command(
    *("run.recover", Scope.RUNS_WRITE, RunsToRecover, LOST_RUNS, recover_runs),
    *(*NOT_THERE, TakenOver, CancelledByOther),
    when_interrupted="cancels",
)
LOST: Final = read("run.lost", Scope.RUNS_READ, RunsToRecover, LOST_RUNS, lost_runs, *NOT_THERE)
CANCEL_RUN: Final = command(
    "run.cancel", Scope.RUNS_WRITE, RunAndReason, RUN, cancel_run, *_CANNOT_CANCEL
)
