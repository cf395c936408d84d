"""Where a run is, what may happen to it next, and what each event changed."""

from typing import Final

from domain.operations.one_run import NOT_THERE, OneRun, seen_as
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.views.state import STATE, run_state
from domain.views.steps import STATE_CHANGE, STEPS, Step, last_change, run_steps


async def step_run(have: Services, caller: Caller, params: OneRun) -> list[Step]:
    """Return the events one by one, each with what it changed."""
    return run_steps(have.reader.find(caller.tenant_id, params.run))


SHOW_STATE: Final = seen_as("run.state", STATE, run_state)
SHOW_STATE_CHANGE: Final = seen_as("run.state_change", STATE_CHANGE, last_change)
STEP_RUN: Final = read("run.step", Scope.RUNS_READ, OneRun, STEPS, step_run, *NOT_THERE)
