"""The operation that looks on while a run is carried out, by whichever process."""

import asyncio
from typing import Final

from domain.audit.event_lines import EventLine
from domain.operations.one_run import NOT_THERE, OneRun
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.run.lifecycle import ENDED_STATES, RunState
from domain.services.run_feed import RunFeed
from domain.views.response import RESPONSE, RunResponse, run_response

_LOOK_SECONDS: Final = 0.2
_WAITS: Final = ("waits for approval", "approve")
_HAS_NO_WORKER: Final = ("has no worker", "recover")
_LOOKS_FOR_A_WORKER: Final = 25
"""So many looks at a run of which nothing is new come before one at who carries it out."""


async def watch_run(have: Services, caller: Caller, params: OneRun) -> RunResponse:
    """Show the events of a run as they are recorded, until it has ended; return its answer.

    Tells it once when nobody carries the run out.
    """
    reader, tenant_id = have.reader, caller.tenant_id
    run_id, looks = reader.resolve(tenant_id, params.run), 0
    feed = RunFeed(reader.record, tenant_id, run_id)
    while True:
        looks += 1
        # Asked before the events are read: who ends a run records that before it goes.
        is_left = looks == _LOOKS_FOR_A_WORKER and not have.recovery.is_carried_out(
            tenant_id, run_id
        )
        for line in feed.read():
            caller.seen(EventLine.model_validate(line))
            looks = 0
        if feed.state in ENDED_STATES:
            return run_response(reader.history(tenant_id, run_id, at=feed.version))
        if is_left and looks:
            what, verb = _WAITS if feed.state == RunState.WAITING else _HAS_NO_WORKER
            hint = f"`run.{verb} {run_id}` carries it on"
            caller.tell(f"{run_id} {what}: {hint}; this goes on until it ends")
        await asyncio.sleep(_LOOK_SECONDS)


WATCH_RUN: Final = read("run.watch", Scope.RUNS_READ, OneRun, RESPONSE, watch_run, *NOT_THERE)
