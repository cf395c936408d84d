"""The operations on projections, the views that follow the log on their own."""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from pydantic import Field

from domain.errors import ForkedLog
from domain.operations.operation import Caller, Nothing, Params, Scope, command, read
from domain.operations.services import Services
from domain.services.projections import CannotMove, Fenced, ProjectionBusy, UnknownProjection
from domain.values.fields import Name
from domain.views.projection import (
    PROJECTIONS,
    REBUILD,
    RUN_LIST_REBUILD,
    ProjectionStatus,
    RebuildReport,
    RebuiltRunList,
)

_CANNOT_REBUILD: Final = (UnknownProjection, ProjectionBusy, Fenced)
CATCH_UP_SECONDS: Final = 10.0
"""So long a projection may catch up before its status is shown."""


class OneProjection(Params):
    """A projection."""

    name: Name = Field(description="A projection's name.")


class RebuildProjection(OneProjection):
    """A projection, and when the rebuilt one takes its place."""

    keep_old: bool = Field(
        default=False, description="Keep the replaced one until the next rebuild."
    )
    accept_differences: bool = Field(
        default=False, description="Replace it even if the rebuilt one differs."
    )


async def list_projections(have: Services, caller: Caller, _: Nothing) -> list[ProjectionStatus]:
    """Return how far every generation of every projection is."""
    projections = have.projections
    found = [each for name in projections.names for each in projections.statuses(name)]
    return _told(caller, found)


async def projection_status(
    have: Services, caller: Caller, params: OneProjection
) -> list[ProjectionStatus]:
    """Let a projection catch up for a while, and return how far each of its generations is."""
    with suppress(ForkedLog, CannotMove):  # the status then says so
        have.projections.catch_up(params.name, seconds=CATCH_UP_SECONDS)
    return _told(caller, have.projections.statuses(params.name))


def _told(caller: Caller, found: list[ProjectionStatus]) -> list[ProjectionStatus]:
    """Return the same without parked streams of other tenants, for who has a key of one."""
    if caller.asking is None or caller.asking.principal.key_id is None:
        return found
    own = [[one for one in each.parked if one.tenant_id == caller.tenant_id] for each in found]
    return [
        replace(each, parked=tuple(parked), parked_count=len(parked))
        for each, parked in zip(found, own, strict=True)
    ]


async def rebuild_projection(
    have: Services, _caller: Caller, params: RebuildProjection
) -> RebuildReport:
    """Build a projection anew beside the live one; if both are equal, it takes its place."""
    return have.projections.rebuild(
        params.name, keep_old=params.keep_old, accept_differences=params.accept_differences
    )


async def rebuild_run_list(have: Services, _caller: Caller, _: Nothing) -> RebuiltRunList:
    """Write every line of the run list again, from the events."""
    return have.projections.rebuild_run_list()


LIST_PROJECTIONS: Final = read(
    "projection.list", Scope.AUDIT_READ, Nothing, PROJECTIONS, list_projections
)
PROJECTION_STATUS: Final = read(
    "projection.status",
    Scope.AUDIT_READ,
    OneProjection,
    PROJECTIONS,
    projection_status,
    UnknownProjection,
)
REBUILD_PROJECTION: Final = command(
    "projection.rebuild",
    Scope.RUNS_WRITE,
    RebuildProjection,
    REBUILD,
    rebuild_projection,
    *_CANNOT_REBUILD,
)
REBUILD_RUN_LIST: Final = command(
    "projection.rebuild_run_list", Scope.RUNS_WRITE, Nothing, RUN_LIST_REBUILD, rebuild_run_list
)
