"""Plan, decisions, stages and tool calls of a run in detail, and how its tools did together."""

from typing import Final

from domain.operations.one_run import seen_as
from domain.views.status import STATUS, run_status
from domain.views.trace import TRACE, run_trace

SHOW_TRACE: Final = seen_as("run.trace", TRACE, run_trace)
SHOW_STATUS: Final = seen_as("run.status", STATUS, run_status)
