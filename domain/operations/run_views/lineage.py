"""The tree of forks and reruns that a run belongs to."""

from datetime import datetime
from typing import Final

from domain.operations.one_run import NOT_THERE, RunAt
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.services.moments import moment_of
from domain.times import recorded_text
from domain.views.lineage import LINEAGE, Lineage


async def show_lineage(have: Services, caller: Caller, params: RunAt) -> Lineage:
    """Return the tree of forks and reruns that the run belongs to, as it was at a moment."""
    tenant_id = caller.tenant_id
    if params.at is None:
        return have.reader.lineage(tenant_id, have.reader.resolve(tenant_id, params.run))
    last = have.reader.find_events(tenant_id, params.run, at=params.at)[-1].envelope
    moment = moment_of(params.at, now=have.clock.now().astimezone(have.zone))
    until = recorded_text(moment) if isinstance(moment, datetime) else last.recorded_at
    return have.reader.lineage(tenant_id, last.stream_id, until=until)


SHOW_LINEAGE: Final = read(
    "run.lineage", Scope.RUNS_READ, RunAt, LINEAGE, show_lineage, *NOT_THERE
)
