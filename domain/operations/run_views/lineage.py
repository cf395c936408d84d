"""The tree of forks and reruns that a run belongs to."""

from typing import Final

from domain.operations.one_run import NOT_THERE, OneRun
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.views.lineage import LINEAGE, Lineage


async def show_lineage(have: Services, caller: Caller, params: OneRun) -> Lineage:
    """Return the tree of forks and reruns that the run belongs to."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return have.reader.lineage(caller.tenant_id, run_id)


SHOW_LINEAGE: Final = read(
    "run.lineage", Scope.RUNS_READ, OneRun, LINEAGE, show_lineage, *NOT_THERE
)
