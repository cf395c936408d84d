"""The stages and tool calls of a run over time."""

from typing import Final

from domain.operations.one_run import seen_as
from domain.views.timeline import TIMELINE, run_timeline

SHOW_TIMELINE: Final = seen_as("run.timeline", TIMELINE, run_timeline)
