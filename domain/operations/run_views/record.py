"""What is recorded of a run: its events as they are stored, and the proof of them."""

from typing import Final

from domain.audit.event_lines import EventLine, event_lines
from domain.operations.one_run import NOT_THERE, OneRun, RunAt
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.views.record import EVENTS, RUN_PROOF, RunProof


async def show_events(have: Services, caller: Caller, params: RunAt) -> list[EventLine]:
    """Return every event with its envelope, and the head hash of the run after it."""
    return [*event_lines(have.reader.find_events(caller.tenant_id, params.run, at=params.at))]


async def prove_run(have: Services, caller: Caller, params: OneRun) -> RunProof:
    """Recompute every hash of the run, and of the log where it is; return the one it ends at."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    proof = have.reader.proof(caller.tenant_id, run_id)
    have.bundles.require_in_log(run_id, have.reader.events(caller.tenant_id, run_id))
    return proof


SHOW_EVENTS: Final = read("run.events", Scope.RUNS_READ, RunAt, EVENTS, show_events, *NOT_THERE)
PROVE_RUN: Final = read("run.proof", Scope.AUDIT_READ, OneRun, RUN_PROOF, prove_run, *NOT_THERE)
