"""The operations on calls that wait for a person: they are approved or denied."""

from functools import partial
from typing import Final, Self

from pydantic import Field, model_validator

from domain.errors import DecidedElsewhere, NotWaiting, WrongExpectedVersion
from domain.operations.one_run import NOT_THERE, RunAndReason
from domain.operations.operation import Caller, InvalidParams, Scope, command
from domain.operations.replays import STOPPED
from domain.operations.services import Services
from domain.services.approvals import Decision
from domain.values.fields import Name
from domain.views.response import RESPONSE, RunResponse


class DecideParams(RunAndReason):
    """A run, the calls of it that are decided on, and why."""

    calls: tuple[Name, ...] = Field(default=(), description="The ids of calls that wait.")
    every: bool = Field(default=False, description="Decide on all calls that wait.")
    label: Name | None = Field(
        default=None, description="Only if the call would ask what has this label."
    )
    imported: bool = Field(
        default=False,
        description="Also a run that was imported: nobody will decide where it comes from.",
    )

    @model_validator(mode="after")
    def _names_calls(self) -> Self:
        if self.every == bool(self.calls):
            raise InvalidParams([("every", "name the calls, or give this for all that wait")])
        if self.label is not None and len(self.calls) != 1:
            raise InvalidParams([("label", f"a label is of one call, not of {len(self.calls)}")])
        return self


async def _decide(
    have: Services, caller: Caller, params: DecideParams, *, is_approval: bool
) -> RunResponse:
    """Decide on calls that wait; when nothing waits any more, carry the run to its end."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    decision = Decision(
        is_approval=is_approval,
        reason=params.reason,
        calls=params.calls,
        label=params.label,
        is_for_imported=params.imported,
    )
    goes_on = have.approvals.decide(run_id, decision, caller.by)
    caller.begun(run_id)
    return await have.dispatcher.go_on(caller.tenant_id, run_id, caller.tell, goes_on=goes_on)


_ERRORS: Final = (*NOT_THERE, NotWaiting, DecidedElsewhere, WrongExpectedVersion, *STOPPED)
_OF: Final = (Scope.EFFECTS_APPROVE, DecideParams, RESPONSE)
APPROVE: Final = command(
    *("run.approve", *_OF, partial(_decide, is_approval=True), *_ERRORS),
    when_interrupted="cancels",
)
DENY: Final = command(
    *("run.deny", *_OF, partial(_decide, is_approval=False), *_ERRORS),
    when_interrupted="cancels",
)
