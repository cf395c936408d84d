"""Who asked what, and what came of it."""

from typing import Final

from domain.operations.one_run import seen_as
from domain.views.run import RUN, run_details

SHOW_RUN: Final = seen_as("run.show", RUN, run_details)
