"""The reads of one run: who asked what, and everything that is recorded of it."""

from typing import Final

from pydantic import Field

from domain.errors import AmbiguousRun, NotAMoment, NotFound
from domain.operations.operation import Caller, Operation, Params, Scope
from domain.operations.services import Services
from domain.views.run import RUN, RunDetails, run_details

WHICH: Final = Field(
    description="A run's id, a part that begins or ends only one id, or `latest`."
)
WHEN: Final = Field(default=None, description="A version, or a time such as -5m; None is now.")
NOT_THERE: Final = (NotFound, AmbiguousRun, NotAMoment)


class OneRun(Params):
    """A run."""

    run: str = WHICH


class RunAt(OneRun):
    """A run, and the moment at which it is looked at."""

    at: str | None = WHEN


async def show_run(have: Services, caller: Caller, params: RunAt) -> RunDetails:
    """Return who asked what and what came of it, with the hash of the whole history."""
    return run_details(have.reader.find(caller.tenant_id, params.run, at=params.at))


SHOW_RUN: Final = Operation(
    name="run.show",
    kind="read",
    scope=Scope.RUNS_READ,
    params=RunAt,
    view=RUN,
    errors=NOT_THERE,
    do=show_run,
)

OPERATIONS: Final = (SHOW_RUN,)
