"""Drives the engine over a record, in memory: same rules, same events, nothing stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.errors import InvalidReport
from domain.replay.record.recorded_calls import MissingRecording, RecordEnded
from domain.replay.record.recording import request_of
from domain.run.aggregate import RUN
from domain.run.commands import ReportProgress
from domain.run.events import HistoryEntry, RunEvent
from domain.run.fold import fold
from domain.run.run import decide, evolve
from domain.run.state import Run
from domain.stages.runner import Runner
from domain.stages.runner_context import RunnerContext
from domain.stages.sources import Sources


@dataclass(slots=True)
class MemoryRecorder:
    """Decides and folds what is reported, as events are stored and read; see `Recorder`."""

    run: Run
    events: list[RunEvent] = field(default_factory=list)

    def report(self, event: RunEvent) -> None:
        """See `Recorder`."""
        for decided in decide(self.run, ReportProgress(event)):
            self.run = evolve(self.run, decided)
            stored_as, version, data = RUN.encode(decided)
            self.events.append(RUN.decode(stored_as, schema_version=version, data=data))

    async def flush(self) -> None:
        """See `Recorder`; memory is as durable as it gets."""


@dataclass(frozen=True, slots=True)
class Driven:
    """What the engine did; `missing` is the call that was not on the record, if one was not.

    `refused` is what it did against the rules of a run.
    """

    events: tuple[RunEvent, ...]
    missing: MissingRecording | None = None
    refused: InvalidReport | None = None


async def drive(before: Sequence[HistoryEntry], sources: Sources) -> Driven:
    """Return what the engine does after these events, with these sources."""
    envelope = before[0].envelope
    run_id = envelope.stream_id
    recorder = MemoryRecorder(fold(run_id, (entry.event for entry in before)))
    context = RunnerContext(tenant_id=envelope.tenant_id, trace_id=run_id, request_id=run_id)
    missing, refused = None, None
    try:
        await Runner(context, recorder, request_of(before), sources).run()
    except MissingRecording as error:
        missing = error
    except InvalidReport as error:
        refused = error
    except RecordEnded:
        pass
    return Driven(tuple(recorder.events), missing, refused)
