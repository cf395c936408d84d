"""Where a runner reports what happens."""

from typing import Protocol

from domain.run.events import RunEvent, StageSkipped, StageStarted
from domain.run.lifecycle import Stage
from domain.stages.sources import Past


class Recorder(Protocol):
    """Takes the facts of one run in order and makes them durable."""

    def report(self, event: RunEvent) -> None:
        """Take a fact. Raises `Refused` when it contradicts the history."""
        ...

    async def flush(self) -> None:
        """Make everything reported so far durable. Raises what the event store raises."""
        ...


class RunStopped(BaseException):
    """Nothing may follow: a step could not be recorded, or what is needed is not on the record.

    Not an Exception: neither a call nor a stage may take it for a failure of its own work.
    """

    def __init__(self, error: Exception) -> None:
        """Keep why."""
        self.error = error
        super().__init__(str(error))


class StoppingRecorder:
    """Passes everything on to a recorder, and raises `RunStopped` for whatever that raises."""

    def __init__(self, recorder: Recorder) -> None:
        """Keep the recorder."""
        self._recorder = recorder

    def report(self, event: RunEvent) -> None:
        """See `Recorder`."""
        try:
            self._recorder.report(event)
        except Exception as error:
            raise RunStopped(error) from error

    async def flush(self) -> None:
        """See `Recorder`."""
        try:
            await self._recorder.flush()
        except Exception as error:
            raise RunStopped(error) from error


class RecorderOfWhatIsNew:
    """Passes on what a run does from its first stage on: what is behind is on the record."""

    def __init__(self, recorder: Recorder, past: Past) -> None:
        """Keep the recorder."""
        self._recorder, self._past = recorder, past
        self._is_behind = past.is_behind(Stage.ROUTE_PLAN)

    def report(self, event: RunEvent) -> None:
        """See `Recorder`."""
        if isinstance(event, StageStarted | StageSkipped):
            self._is_behind = self._past.is_behind(event.stage)
        if not self._is_behind:
            self._recorder.report(event)

    async def flush(self) -> None:
        """See `Recorder`."""
        await self._recorder.flush()
