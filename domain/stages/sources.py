"""What one run is carried out with: where its plan, its answers and its instant come from.

The runner is the same for a run that is carried out, taken up again, forked or only verified;
what differs is in these values.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.run.call_events import AnsweredBy
from domain.stages.past import Past
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolResult
from domain.tools.selector import CandidateScore, ToolSelectionContext

Ranking = tuple[ToolSelectionContext, list[CandidateScore]]
"""What the selector looked at, and its candidates, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    """A call that a runner wants to be answered; see `ToolCallStarted`."""

    call_id: str
    tool: str
    operation: str
    params: JsonMap
    label: str
    timeout_ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A tool's result, how long it took, and where it came from."""

    result: ToolResult
    duration_ms: float
    answered_by: AnsweredBy = "live"


class Calls(Protocol):
    """Answers the tool calls of one run."""

    async def call(self, request: CallRequest) -> Answer:
        """Return the answer, a failed one too."""
        ...

    async def rank(self, plan: Plan) -> Ranking:
        """Return the ranking of the tools for the plan."""
        ...

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """Return a context that raises TimeoutError when the calls in it take longer.

        None means no limit.
        """
        ...


class Planning(Protocol):
    """Gives the plan of one run."""

    @property
    def planner(self) -> str:
        """The name of who makes the plan."""
        ...

    @property
    def version(self) -> str:
        """The version of who makes the plan."""
        ...

    async def plan(self) -> PlanOutput:
        """Return the plan. Raises `StageFault` when there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What one run is carried out with.

    `now` is what relative times count back from, `tools` what plans are checked against, `params`
    are patched parameters by call id.
    """

    planning: Planning
    calls: Calls
    tools: KnownTools
    now: datetime
    past: Past = field(default_factory=Past)
    params: Mapping[str, JsonMap] = field(default_factory=dict)
