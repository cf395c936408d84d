"""What a run answered, as recorded."""

from typing import Final

from domain.operations.one_run import seen_as
from domain.views.response import RESPONSE, run_response

SHOW_RESPONSE: Final = seen_as("run.response", RESPONSE, run_response)
