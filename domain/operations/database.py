"""The operations on the database itself, and the proof that the record in it is guarded."""

from dataclasses import replace
from typing import Final

from pydantic import Field

from domain.operations.operation import Access, Caller, Nothing, Params, Scope, command, read
from domain.operations.services import Services
from domain.services.database import BackedUpByItsServer, RolesAreOfServers
from domain.views.database import (
    BACKUP,
    CURRENT_DATABASE,
    DATABASE,
    DATABASE_ROLES,
    DATABASE_SIZE,
    DOCTOR,
    SWEPT,
    Backup,
    Condition,
    CurrentDatabase,
    DatabaseReport,
    DatabaseRoles,
    DatabaseSize,
    Examination,
    Swept,
)


class BackUpDatabase(Params):
    """Where the copy goes."""

    path: str = Field(description="A file that does not exist yet.")
    may_replace: bool = Field(default=False, description="Replace it when it exists.")


class SweepDatabase(Params):
    """Whether a sweep deletes."""

    is_dry_run: bool = Field(default=False, description="Only say what would be deleted.")


class RolesOfDatabase(Params):
    """What the roles are called, and whether they are made."""

    prefix: str = Field(
        default="opstrail_",
        pattern=r"^[a-z_][a-z0-9_]{0,49}$",
        description="What the names of the roles begin with: small letters, digits and _.",
    )
    is_dry_run: bool = Field(default=False, description="Only say how they would be made.")


async def upgrade_database(have: Services, _caller: Caller, _: Nothing) -> CurrentDatabase:
    """Create the database, or bring it to the schema of this version."""
    return have.database.upgrade()


async def check_database(have: Services, _caller: Caller, _: Nothing) -> DatabaseReport:
    """Read the whole database and say whether file, schema and hash chain are sound."""
    return have.database.check()


async def back_up_database(have: Services, caller: Caller, params: BackUpDatabase) -> Backup:
    """Write a verified copy of the database to a file, while others write."""
    return have.database.back_up(
        params.path, may_replace=params.may_replace, on_progress=caller.progress
    )


async def size_of_database(have: Services, _caller: Caller, _: Nothing) -> DatabaseSize:
    """Say what takes the room in the database."""
    return have.database.size()


async def sweep_database(have: Services, _caller: Caller, params: SweepDatabase) -> Swept:
    """Delete the large results that no event names."""
    return have.database.sweep(is_dry_run=params.is_dry_run)


async def roles_of_database(
    have: Services, _caller: Caller, params: RolesOfDatabase
) -> DatabaseRoles:
    """Make the roles of a PostgreSQL database, and give each its rights."""
    return have.database.roles(params.prefix, is_dry_run=params.is_dry_run)


async def examine_database(have: Services, _caller: Caller, _: Nothing) -> Examination:
    """Try to break the record, and say what stopped each attempt."""
    examined = have.database.examine()
    installed, refused = have.tools.installed, have.tools.refusals
    if not installed and not refused:
        return examined
    found = ", ".join(f"{name} of {origin}" for name, origin in installed.items())
    tools = Condition(
        name="tools of packages", found=found or "none", problem="; ".join(refused) or None
    )
    return replace(
        examined,
        conditions=(*examined.conditions, tools),
        is_sound=examined.is_sound and not refused,
    )


UPGRADE_DATABASE: Final = command(
    *("db.upgrade", Scope.RUNS_WRITE, Nothing, CURRENT_DATABASE, upgrade_database),
    access=Access.BEGIN,
)
CHECK_DATABASE: Final = read("db.check", Scope.AUDIT_READ, Nothing, DATABASE, check_database)
BACK_UP_DATABASE: Final = command(
    *("db.backup", Scope.AUDIT_READ, BackUpDatabase, BACKUP, back_up_database),
    *(BackedUpByItsServer, OSError),
    access=Access.READ,
)
SIZE_OF_DATABASE: Final = read(
    "db.size", Scope.AUDIT_READ, Nothing, DATABASE_SIZE, size_of_database
)
SWEEP_DATABASE: Final = command("db.sweep", Scope.ERASE, SweepDatabase, SWEPT, sweep_database)
ROLES_OF_DATABASE: Final = command(
    *("db.roles", Scope.ERASE, RolesOfDatabase, DATABASE_ROLES, roles_of_database),
    RolesAreOfServers,
)
EXAMINE_DATABASE: Final = read("db.doctor", Scope.AUDIT_READ, Nothing, DOCTOR, examine_database)
