"""Recorders: a runner reports every event to one, which stores it."""

from typing import Final, Protocol

from domain.run.events import RunEvent, StageSkipped, StageStarted
from domain.run.lifecycle import Stage
from domain.stages.sources import Past

_AT_A_STAGE: Final = (StageStarted, StageSkipped)


class Recorder(Protocol):
    """Takes the events of one run in order and stores them."""

    def report(self, event: RunEvent) -> RunEvent:
        """Take an event, and return it as it is recorded: without what may not be.

        Raises `Refused` when it contradicts the history.
        """

    async def flush(self) -> None:
        """Make everything reported so far durable. Raises what the event store raises."""


class RunStopped(BaseException):
    """Stops a run at once: a step could not be recorded, or what it needs is not on record.

    Not an Exception: neither a call nor a stage may take it for a failure of its own work.
    """

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


class CallsWait(Exception):
    """Stops a run whose further calls a person must allow; that it waits is on disk."""


class ContinuationRecorder:
    """Passes on the events of a run, but those of stages that it did before it was continued.

    The orchestration goes through such stages again; their events are on record already. Whatever
    the recorder raises, it raises as `RunStopped`. `reported` are the events since `past`.
    """

    def __init__(self, recorder: Recorder, past: Past) -> None:
        self._recorder, self.past = recorder, past
        self.reported: list[RunEvent] = []
        self._is_behind = past.is_behind(Stage.ROUTE_PLAN)

    def report(self, event: RunEvent) -> RunEvent:
        """See `Recorder`."""
        if isinstance(event, _AT_A_STAGE):
            self._is_behind = self.past.is_behind(event.stage)
        if self._is_behind:
            return event
        try:
            recorded = self._recorder.report(event)
        except Exception as error:
            raise RunStopped(error) from error
        self.reported.append(recorded)
        return recorded

    def go_on_after(self, past: Past) -> None:
        """Pass on what the run does again after it changed its plan."""
        self.past, self.reported = past, []

    async def flush(self) -> None:
        """See `Recorder`."""
        try:
            await self._recorder.flush()
        except Exception as error:
            raise RunStopped(error) from error
