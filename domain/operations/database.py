"""The operations on the database itself, and the proof that the record in it is guarded."""

from typing import Final

from pydantic import Field

from domain.operations.operation import Access, Caller, Nothing, Params, Scope, command, read
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


async def upgrade_database(have: Services, _caller: Caller, _: Nothing) -> CurrentDatabase:
    """Create the database, or bring it to the schema of this version."""
    return have.database.upgrade()


async def check_database(have: Services, _caller: Caller, _: Nothing) -> DatabaseReport:
    """Read the whole database and say whether file, schema and hash chain are sound."""
    return have.database.check()


async def sweep_database(have: Services, _caller: Caller, params: SweepDatabase) -> Swept:
    """Delete the large results that no event names."""
    return have.database.sweep(is_dry_run=params.is_dry_run)


async def examine_database(have: Services, _caller: Caller, _: Nothing) -> Examination:
    """Try to break the record, and say what stopped each attempt."""
    return have.database.examine()


UPGRADE_DATABASE: Final = command(
    *("db.upgrade", Scope.RUNS_WRITE, Nothing, CURRENT_DATABASE, upgrade_database),
    access=Access.BEGIN,
)
CHECK_DATABASE: Final = read("db.check", Scope.AUDIT_READ, Nothing, DATABASE, check_database)
SWEEP_DATABASE: Final = command("db.sweep", Scope.ERASE, SweepDatabase, SWEPT, sweep_database)
EXAMINE_DATABASE: Final = read("db.doctor", Scope.AUDIT_READ, Nothing, DOCTOR, examine_database)
