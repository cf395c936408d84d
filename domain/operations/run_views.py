"""The reads of one run: who asked what, and everything that is recorded of it."""

from functools import partial
from typing import Final

from pydantic import Field

from domain.audit.event_lines import EventLine, event_lines
from domain.errors import AmbiguousRun, NotAMoment, NotFound
from domain.operations.operation import Caller, Params, Scope, read_of_runs
from domain.operations.services import Services
from domain.views.lineage import LINEAGE, Lineage
from domain.views.record import EVENTS, RUN_PROOF, RunProof
from domain.views.response import RESPONSE, RunResponse, run_response
from domain.views.run import RUN, RunDetails, run_details
from domain.views.state import STATE, RunStateView, run_state
from domain.views.steps import STATE_CHANGE, STEPS, StateChange, Step, last_change, run_steps
from domain.views.timeline import TIMELINE, Timeline, run_timeline
from domain.views.trace import TRACE, RunTrace, run_trace

WHICH: Final = Field(
    description="A run's id, a part that begins or ends only one id, or `latest`."
)
WHEN: Final = Field(default=None, description="A version, or a time such as -5m; None is now.")
NOT_THERE: Final = (NotFound, AmbiguousRun, NotAMoment)
_read = partial(read_of_runs, errors=NOT_THERE)


class OneRun(Params):
    """A run."""

    run: str = WHICH


class RunAt(OneRun):
    """A run, and the moment at which it is looked at."""

    at: str | None = WHEN


async def show_run(have: Services, caller: Caller, params: RunAt) -> RunDetails:
    """Return who asked what and what came of it, with the hash of the whole history."""
    return run_details(have.reader.find(caller.tenant_id, params.run, at=params.at))


async def show_events(have: Services, caller: Caller, params: RunAt) -> list[EventLine]:
    """Return every event with its envelope, and the head hash of the run after it."""
    return [*event_lines(have.reader.find_events(caller.tenant_id, params.run, at=params.at))]


async def show_timeline(have: Services, caller: Caller, params: RunAt) -> Timeline:
    """Return the stages and tool calls over time."""
    return run_timeline(have.reader.find(caller.tenant_id, params.run, at=params.at))


async def show_trace(have: Services, caller: Caller, params: RunAt) -> RunTrace:
    """Return plan, decisions, stages and tool calls in detail."""
    return run_trace(have.reader.find(caller.tenant_id, params.run, at=params.at))


async def show_response(have: Services, caller: Caller, params: RunAt) -> RunResponse:
    """Return the answer again, as recorded."""
    return run_response(have.reader.find(caller.tenant_id, params.run, at=params.at))


async def show_state(have: Services, caller: Caller, params: RunAt) -> RunStateView:
    """Return where the run is, and what may happen to it next."""
    return run_state(have.reader.find(caller.tenant_id, params.run, at=params.at))


async def show_state_change(have: Services, caller: Caller, params: RunAt) -> StateChange:
    """Return what the last event until then changed in the state of the run."""
    return last_change(have.reader.find(caller.tenant_id, params.run, at=params.at))


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


SHOW_RUN: Final = _read("run.show", RunAt, RUN, show_run)
SHOW_EVENTS: Final = _read("run.events", RunAt, EVENTS, show_events)
SHOW_TIMELINE: Final = _read("run.timeline", RunAt, TIMELINE, show_timeline)
SHOW_TRACE: Final = _read("run.trace", RunAt, TRACE, show_trace)
SHOW_RESPONSE: Final = _read("run.response", RunAt, RESPONSE, show_response)
SHOW_STATE: Final = _read("run.state", RunAt, STATE, show_state)
SHOW_STATE_CHANGE: Final = _read("run.state_change", RunAt, STATE_CHANGE, show_state_change)
STEP_RUN: Final = _read("run.step", OneRun, STEPS, step_run)
SHOW_LINEAGE: Final = _read("run.lineage", OneRun, LINEAGE, show_lineage)
PROVE_RUN: Final = _read("run.proof", OneRun, RUN_PROOF, prove_run, scope=Scope.AUDIT_READ)

OPERATIONS: Final = (
    SHOW_RUN,
    SHOW_EVENTS,
    SHOW_TIMELINE,
    SHOW_TRACE,
    SHOW_RESPONSE,
    SHOW_STATE,
    SHOW_STATE_CHANGE,
    STEP_RUN,
    SHOW_LINEAGE,
    PROVE_RUN,
)
