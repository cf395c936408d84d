"""Plan, decisions, stages and tool calls of a run in detail."""

from typing import Final

from domain.operations.one_run import seen_as
from domain.views.trace import TRACE, run_trace

SHOW_TRACE: Final = seen_as("run.trace", TRACE, run_trace)
