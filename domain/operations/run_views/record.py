"""What is recorded of a run: its events as they are stored, and the proof of them."""

from typing import Final

from pydantic import Field, field_validator

from domain.audit.event_lines import EventLine, event_lines
from domain.errors import CorruptLog, NoSuchVersion
from domain.operations.one_run import NOT_THERE, OneRun, RunAt
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.run.aggregate import RUN
from domain.run.lifecycle import Stage
from domain.views.record import EVENTS, RUN_PROOF, RunProof
from domain.views.sentences import event_in, stage_of


class EventsOfRun(RunAt):
    """A run, a moment, and which of its events until then; None is all.

    `type` are types or what they begin with. An event that nobody can read is of any stage, call.
    """

    version: int | None = Field(default=None, ge=1)
    type: tuple[str, ...] = ()
    stage: Stage | None = None
    call: str | None = None

    @field_validator("type")
    @classmethod
    def _known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if all(any(name.startswith(start) for name in RUN.types) for start in given):
            return given
        message = f"no event type begins so; there are {', '.join(sorted(RUN.types))}"
        raise ValueError(message)

    def fit(self, line: EventLine) -> bool:
        """Return whether the event is wanted."""
        if self.version not in (None, line.version) or not line.type.startswith(self.type or ""):
            return False
        event = None if self.stage is self.call is None else event_in(line)
        return event is None or (
            self.stage in (None, stage_of(event))
            and self.call in (None, getattr(event, "call_id", None))
        )


async def show_events(have: Services, caller: Caller, params: EventsOfRun) -> list[EventLine]:
    """Return the events with their envelopes, and the head hash of the run after each.

    Of a damaged run they are shown as well, with what is wrong.
    """
    reader, tenant_id = have.reader, caller.tenant_id
    found = reader.find_events(tenant_id, params.run, at=params.at)
    run_id = found[0].envelope.stream_id
    try:
        reader.history(tenant_id, run_id)
    except CorruptLog as changed:
        caller.doubt(str(changed))
    if params.version is not None and params.version > len(found):
        raise NoSuchVersion(run_id, asked=params.version, last=len(found))
    return [line for line in event_lines(found) if params.fit(line)]


async def prove_run(have: Services, caller: Caller, params: OneRun) -> RunProof:
    """Recompute every hash of the run, and return the hash that it ends at."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    return have.reader.proof(caller.tenant_id, run_id)


SHOW_EVENTS: Final = read(
    "run.events", Scope.RUNS_READ, EventsOfRun, EVENTS, show_events, *NOT_THERE
)
PROVE_RUN: Final = read("run.proof", Scope.AUDIT_READ, OneRun, RUN_PROOF, prove_run, *NOT_THERE)
