"""The operations that drive the engine over the record: nothing is called."""

from typing import Final

from domain.errors import ErasedResult
from domain.operations.operation import Caller, Operation, Scope
from domain.operations.run_views import NOT_THERE, OneRun
from domain.operations.services import Services
from domain.replay.verify.verify import verify
from domain.views.verdict import VERDICT, Verdict


async def verify_run(have: Services, caller: Caller, params: OneRun) -> Verdict:
    """Return whether this opstrail decides as the record says; it leaves no trace."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return await verify(have.reader.history(caller.tenant_id, run_id), have.known_tools)


VERIFY_RUN: Final = Operation(
    name="run.verify",
    kind="read",
    scope=Scope.RUNS_READ,
    params=OneRun,
    view=VERDICT,
    errors=(*NOT_THERE, ErasedResult),
    do=verify_run,
)

OPERATIONS: Final = (VERIFY_RUN,)
