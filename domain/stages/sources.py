"""Where a run takes its plan, the answers to its calls and its present instant from.

The runner is the same whether a run is new, resumed, forked or only verified; what differs is
in these values.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from msgspec import Struct, UnsetType

from domain.assets.applied import AppliedAsset
from domain.estate.looked_up import LookedUp
from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planned_call import PlannedCall
from domain.run.call_events import AnsweredBy
from domain.run.lifecycle import STAGE_ORDER, Stage
from domain.run.replanning import ReplanEvent
from domain.stages.run_assets import RunAssets
from domain.stages.stage import ValidatedPlan
from domain.stages.time_limits import RecordedTimeLimits, TimeLimits
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolResult
from domain.tools.policies.waits import Tell
from domain.tools.selector import CandidateScore, ToolSelectionContext
from domain.values.effect import Effect

Ranking = tuple[ToolSelectionContext, list[CandidateScore]]
"""What the selector looked at, and its candidates, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a continued run did before: it is taken from the record and not done again.

    That of a new run is empty. `first_stage` is where the run goes on. Attempts are those begun so
    far. `outcomes` are the results that still count, by call id and label; `skips` the reasons of
    calls that stay skipped. `asked` are the parameters of the calls that were made, `fallbacks` by
    call id the tool that was asked in place of its own. `validated` is there when the plan was
    validated before. `replans` changed the plan since it was made. `assets` were applied, by
    KIND:NAME.
    """

    first_stage: Stage = Stage.ROUTE_PLAN
    stage_attempts: Mapping[Stage, int] = field(default_factory=dict)
    call_attempts: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[tuple[str, str], ToolResult] = field(default_factory=dict)
    skips: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, JsonMap] = field(default_factory=dict)
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    validated: ValidatedPlan | None = None
    replans: tuple[ReplanEvent, ...] = ()
    assets: Mapping[str, AppliedAsset] = field(default_factory=dict)

    def is_behind(self, stage: Stage) -> bool:
        """Return whether the run did this stage before."""
        return STAGE_ORDER[stage] < STAGE_ORDER[self.first_stage]

    @property
    def is_ranked(self) -> bool:
        """Whether the tools were ranked for the plan before it was changed."""
        return bool(self.replans and self.stage_attempts.get(Stage.EXECUTE))

    def next_attempt(self, stage: Stage) -> int:
        """Return the number of the stage's next attempt."""
        return self.stage_attempts.get(stage, 0) + 1


class CallRequest(Struct, frozen=True, kw_only=True):
    """A tool call that a runner wants to be made; see `ToolCallStarted`.

    `retry_count` says how often it was made before, the last time `back_off_ms` before it may be
    made again. `tell` hears what it waits for.
    """

    call_id: str
    tool: str
    operation: str
    params: JsonMap
    label: str
    timeout_ms: int
    retry_count: int = 0
    back_off_ms: int = 0
    tell: Tell = lambda _: None


class Answer(Struct, frozen=True):
    """A tool's result, how long the tool took, and where it came from.

    `retry_after_ms` says that the call is to be made again, and when; `fallback` names the tool
    that is to be asked instead. `cached_age_ms` is the age of an answer that was given again.
    """

    result: ToolResult
    duration_ms: float
    answered_by: AnsweredBy = "live"
    retry_after_ms: int | None = None
    fallback: str | None = None
    cached_age_ms: int | None = None


class Clearance(Struct, frozen=True):
    """What a call does outside, and why a person must allow it before it goes out, if so."""

    effect: Effect = Effect.READ
    why_wait: str | None = None


class Answering(Protocol):
    """Answers the tool calls of one run."""

    async def call(self, request: CallRequest) -> Answer:
        """Return the answer, a failed one too."""

    async def rank(self, plan: Plan) -> Ranking:
        """Return the ranking of the tools for the plan."""

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Return a context that raises TimeoutError when the calls in it take longer.

        None means no limit.
        """


class Calls(Answering, Protocol):
    """Answers the tool calls of one run, once they may go out."""

    def expect(self, calls: Sequence[PlannedCall]) -> None:
        """Take in what is planned, before the first of it is asked for."""

    def clearance(self, request: CallRequest) -> Clearance:
        """Return whether the call may go out now; asked for each call just before it begins."""

    def expires_at(self) -> str:
        """Return until when a person may decide on the calls that may not, as recorded text."""


class Planning(Protocol):
    """Gives the plan of one run.

    `planner` and `version` name who makes it. `looked_up` is what the planner learned from the
    estate, once it was asked; unset where none was asked.
    """

    planner: str
    version: str

    @property
    def looked_up(self) -> LookedUp | UnsetType:
        """What the planner looked up."""

    async def plan(self) -> PlanOutput:
        """Return the plan. Raises `StageFault` when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The plan, the answers, the tools and the instant of one run.

    `now` is what relative times count back from, `tools` what plans are checked against, `params`
    are patched parameters by call id. `clock` tells when another plan is wanted. `limits` are how
    long stages may take; by default there are none. `words` are the tenant's own that the question
    has, of which some may be other in the plan.
    """

    planning: Planning
    calls: Calls
    tools: KnownTools
    now: datetime
    past: Past = field(default_factory=Past)
    params: Mapping[str, JsonMap] = field(default_factory=dict)
    clock: Callable[[], datetime] | None = None
    limits: TimeLimits = field(default_factory=RecordedTimeLimits)
    assets: RunAssets = field(default_factory=RunAssets)
    words: AppliedAsset | None = None
