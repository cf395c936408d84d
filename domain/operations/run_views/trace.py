"""Plan, decisions, stages and tool calls of a run in detail, and how its tools did together."""

from typing import Final

from pydantic import Field

from domain.errors import NoSuchCall
from domain.operations.one_run import NOT_THERE, RunAt, seen_as
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.values.fields import Name
from domain.views.calls import CALLS, CallView, call_views
from domain.views.status import STATUS, run_status
from domain.views.trace import TRACE, run_trace


class CallOfRun(RunAt):
    """A call of a run."""

    call: Name = Field(description="The id of a call.")


async def show_call(have: Services, caller: Caller, params: CallOfRun) -> list[CallView]:
    """Return the attempts of a call, with what each logged."""
    history = have.reader.find(caller.tenant_id, params.run, at=params.at)
    calls = call_views(history)
    found = [call for call in calls if call.call_id == params.call]
    if not found:
        run_id, known = history[0].envelope.stream_id, (call.call_id for call in calls)
        raise NoSuchCall(run_id, asked=params.call, known=known)
    return found


SHOW_CALL: Final = read(
    "run.call", Scope.PAYLOADS_READ, CallOfRun, CALLS, show_call, NoSuchCall, *NOT_THERE
)
LIST_CALLS: Final = seen_as("run.calls", CALLS, call_views, scope=Scope.PAYLOADS_READ)
SHOW_TRACE: Final = seen_as("run.trace", TRACE, run_trace, scope=Scope.PAYLOADS_READ)
SHOW_STATUS: Final = seen_as("run.status", STATUS, run_status, scope=Scope.PAYLOADS_READ)
