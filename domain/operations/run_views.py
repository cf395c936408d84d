"""The reads of one run: who asked what, and everything that is recorded of it."""

from collections.abc import Callable
from typing import Final, TypeVar

from pydantic import Field

from domain.audit.event_lines import EventLine, event_lines
from domain.errors import AmbiguousRun, NotAMoment, NotFound
from domain.operations.operation import Caller, Operation, Params, Scope, read
from domain.operations.services import Services
from domain.run.events import HistoryEntry
from domain.views.json_form import View
from domain.views.lineage import LINEAGE, Lineage
from domain.views.record import EVENTS, RUN_PROOF, RunProof
from domain.views.response import RESPONSE, run_response
from domain.views.run import RUN, run_details
from domain.views.state import STATE, run_state
from domain.views.steps import STATE_CHANGE, STEPS, Step, last_change, run_steps
from domain.views.timeline import TIMELINE, run_timeline
from domain.views.trace import TRACE, run_trace

WHICH: Final = Field(
    description="A run's id, a part that begins or ends only one id, or `latest`."
)
WHEN: Final = Field(default=None, description="A version, or a time such as -5m; None is now.")
REASON: Final = Field(
    pattern=r"\S", description="Why; it is recorded with who did it, and may not be empty."
)
NOT_THERE: Final = (NotFound, AmbiguousRun, NotAMoment)

V = TypeVar("V")


class OneRun(Params):
    """A run."""

    run: str = WHICH


class RunAt(OneRun):
    """A run, and the moment at which it is looked at."""

    at: str | None = WHEN


class RunAndReason(OneRun):
    """A run, and why something is done to it."""

    reason: str = REASON


def _seen_as(
    name: str, view: View[V], shown: Callable[[list[HistoryEntry]], V]
) -> Operation[RunAt, V]:
    """Return the read that shows a run as it was at a moment, made from its history until then."""

    async def show(have: Services, caller: Caller, params: RunAt) -> V:
        return shown(have.reader.find(caller.tenant_id, params.run, at=params.at))

    return read(name, Scope.RUNS_READ, RunAt, view, show, *NOT_THERE)


async def show_events(have: Services, caller: Caller, params: RunAt) -> list[EventLine]:
    """Return every event with its envelope, and the head hash of the run after it."""
    return [*event_lines(have.reader.find_events(caller.tenant_id, params.run, at=params.at))]


async def step_run(have: Services, caller: Caller, params: OneRun) -> list[Step]:
    """Return the events one by one, each with what it changed."""
    return run_steps(have.reader.find(caller.tenant_id, params.run))


async def show_lineage(have: Services, caller: Caller, params: OneRun) -> Lineage:
    """Return the tree of forks and reruns that the run belongs to."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return have.reader.lineage(caller.tenant_id, run_id)


async def prove_run(have: Services, caller: Caller, params: OneRun) -> RunProof:
    """Recompute every hash of the run, and return the hash that it ends at."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return have.reader.proof(caller.tenant_id, run_id)


SHOW_RUN: Final = _seen_as("run.show", RUN, run_details)
SHOW_EVENTS: Final = read("run.events", Scope.RUNS_READ, RunAt, EVENTS, show_events, *NOT_THERE)
SHOW_TIMELINE: Final = _seen_as("run.timeline", TIMELINE, run_timeline)
SHOW_TRACE: Final = _seen_as("run.trace", TRACE, run_trace)
SHOW_RESPONSE: Final = _seen_as("run.response", RESPONSE, run_response)
SHOW_STATE: Final = _seen_as("run.state", STATE, run_state)
SHOW_STATE_CHANGE: Final = _seen_as("run.state_change", STATE_CHANGE, last_change)
STEP_RUN: Final = read("run.step", Scope.RUNS_READ, OneRun, STEPS, step_run, *NOT_THERE)
SHOW_LINEAGE: Final = read(
    "run.lineage", Scope.RUNS_READ, OneRun, LINEAGE, show_lineage, *NOT_THERE
)
PROVE_RUN: Final = read("run.proof", Scope.AUDIT_READ, OneRun, RUN_PROOF, prove_run, *NOT_THERE)
