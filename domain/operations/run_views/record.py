"""What is recorded of a run: its events as they are stored, and the proof of them."""

from typing import Final

from domain.audit.event_lines import EventLine, event_lines
from domain.errors import CorruptLog
from domain.operations.one_run import NOT_THERE, OneRun, RunAt
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.views.record import EVENTS, RUN_PROOF, RunProof


async def show_events(have: Services, caller: Caller, params: RunAt) -> list[EventLine]:
    """Return every event with its envelope, and the head hash of the run after it.

    Of a damaged run they are shown as well, with what is wrong.
    """
    reader, tenant_id = have.reader, caller.tenant_id
    found = reader.find_events(tenant_id, params.run, at=params.at)
    try:
        reader.history(tenant_id, found[0].envelope.stream_id)
    except CorruptLog as changed:
        caller.doubt(str(changed))
    return [*event_lines(found)]


async def prove_run(have: Services, caller: Caller, params: OneRun) -> RunProof:
    """Recompute every hash of the run, and return the hash that it ends at."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return have.reader.proof(caller.tenant_id, run_id)


SHOW_EVENTS: Final = read("run.events", Scope.RUNS_READ, RunAt, EVENTS, show_events, *NOT_THERE)
PROVE_RUN: Final = read("run.proof", Scope.AUDIT_READ, OneRun, RUN_PROOF, prove_run, *NOT_THERE)
