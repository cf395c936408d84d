"""Where a run is, what may happen to it next, and what each event changed."""

from typing import Final

from domain.operations.one_run import seen_as
from domain.views.state import STATE, run_state
from domain.views.steps import STATE_CHANGE, STEPS, last_change, run_steps

SHOW_STATE: Final = seen_as("run.state", STATE, run_state)
SHOW_STATE_CHANGE: Final = seen_as("run.state_change", STATE_CHANGE, last_change)
STEP_RUN: Final = seen_as("run.step", STEPS, run_steps)
