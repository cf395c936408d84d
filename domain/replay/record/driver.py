"""Drives the engine over a record, in memory: same rules, same events, nothing stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import eq

from domain.errors import InvalidReport
from domain.replay.record.recorded_calls import MissingRecording, RecordEnded
from domain.replay.record.terms import terms_of
from domain.run.aggregate import RUN
from domain.run.events import HistoryEntry, RunEvent
from domain.run.fold import RunFold, fold
from domain.stages.runner import Runner
from domain.stages.runner_context import RunnerContext
from domain.stages.sources import Sources

StoredForm = tuple[str, int, str]
"""An event as `Aggregate.encode` returns it: stored name, schema version, JSON text."""


@dataclass(slots=True)
class MemoryRecorder:
    """Checks and folds what is reported, and keeps it as it would be stored; see `Recorder`."""

    run: RunFold
    stored: list[StoredForm] = field(default_factory=list)

    def report(self, event: RunEvent) -> RunEvent:
        """See `Recorder`."""
        self.run.check(event)
        self.run.add(event)
        self.stored.append(RUN.encode(event))
        return event

    async def flush(self) -> None:
        """See `Recorder`; memory is as durable as it gets."""


@dataclass(frozen=True)
class Driven:
    """What the engine did; `missing` is the call that was not on the record, if one was not.

    `refused` is what it did against the rules of a run.
    """

    stored: tuple[StoredForm, ...]
    missing: MissingRecording | None = None
    refused: InvalidReport | None = None

    @cached_property
    def events(self) -> tuple[RunEvent, ...]:
        """What it did, as it would be read again."""
        return tuple(
            RUN.decode(stored_as, schema_version=version, data=data)
            for stored_as, version, data in self.stored
        )

    def is_exactly(self, entries: Sequence[HistoryEntry]) -> bool:
        """Return whether it did what is recorded, to the letter and in the same order."""
        envelopes = (entry.envelope for entry in entries)
        recorded = ((each.type, each.schema_version, each.data) for each in envelopes)
        return len(entries) == len(self.stored) and all(map(eq, self.stored, recorded))


async def drive(before: Sequence[HistoryEntry], sources: Sources) -> Driven:
    """Return what the engine does after these events, with these sources."""
    envelope = before[0].envelope
    run_id = envelope.stream_id
    recorder = MemoryRecorder(RunFold(fold(run_id, (entry.event for entry in before))))
    context = RunnerContext(tenant_id=envelope.tenant_id, trace_id=run_id, request_id=run_id)
    missing, refused = None, None
    try:
        await Runner(context, recorder, terms_of(before), sources).run()
    except MissingRecording as error:
        missing = error
    except InvalidReport as error:
        refused = error
    except RecordEnded:
        pass
    return Driven(tuple(recorder.stored), missing, refused)
