"""The operations on the database itself, and the proof that the record in it is guarded."""

from typing import Final

from pydantic import Field

from domain.operations.operation import Caller, Operation, Params, Scope
from domain.operations.services import Services
from domain.views.database import (
    CURRENT_DATABASE,
    DATABASE,
    DOCTOR,
    SWEPT,
    CurrentDatabase,
    DatabaseReport,
    Examination,
    Swept,
)


class SweepDatabase(Params):
    """Whether a sweep deletes."""

    is_dry_run: bool = Field(default=False, description="Only say what would be deleted.")


async def upgrade_database(have: Services, _caller: Caller, _params: Params) -> CurrentDatabase:
    """Create the database, or bring it to the schema of this version."""
    return have.database.upgrade()


async def check_database(have: Services, _caller: Caller, _params: Params) -> DatabaseReport:
    """Read the whole database and say whether file, schema and hash chain are sound."""
    return have.database.check()


async def sweep_database(have: Services, _caller: Caller, params: SweepDatabase) -> Swept:
    """Delete the large results that no event names."""
    return have.database.sweep(is_dry_run=params.is_dry_run)


async def examine_database(have: Services, _caller: Caller, _params: Params) -> Examination:
    """Try to break the record, and say what stopped each attempt."""
    return have.database.examine()


UPGRADE_DATABASE: Final = Operation(
    name="db.upgrade",
    kind="command",
    scope=Scope.RUNS_WRITE,
    params=Params,
    view=CURRENT_DATABASE,
    do=upgrade_database,
)
CHECK_DATABASE: Final = Operation(
    name="db.check",
    kind="read",
    scope=Scope.AUDIT_READ,
    params=Params,
    view=DATABASE,
    do=check_database,
)
SWEEP_DATABASE: Final = Operation(
    name="db.sweep",
    kind="command",
    scope=Scope.ERASE,
    params=SweepDatabase,
    view=SWEPT,
    do=sweep_database,
)
EXAMINE_DATABASE: Final = Operation(
    name="db.doctor",
    kind="read",
    scope=Scope.AUDIT_READ,
    params=Params,
    view=DOCTOR,
    do=examine_database,
)

OPERATIONS: Final = (UPGRADE_DATABASE, CHECK_DATABASE, SWEEP_DATABASE, EXAMINE_DATABASE)
