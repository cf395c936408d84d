"""Where a runner reports what happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from domain.run.events import RunEvent


class Recorder(Protocol):
    """Takes the facts of one run in order and makes them durable."""

    def report(self, event: RunEvent) -> None:
        """Take a fact. Raises `Refused` when it contradicts the history."""
        ...

    async def flush(self) -> None:
        """Make everything reported so far durable. Raises what the event store raises."""
        ...


class NotRecorded(BaseException):
    """A step could not be recorded, so nothing may follow it.

    Not an Exception: neither a call nor a stage may take it for a failure of its own work.
    """

    def __init__(self, error: Exception) -> None:
        """Keep what the recorder raised."""
        self.error = error
        super().__init__(str(error))


class StoppingRecorder:
    """Passes everything on to a recorder, and raises `NotRecorded` for whatever that raises."""

    def __init__(self, recorder: Recorder) -> None:
        """Keep the recorder."""
        self._recorder = recorder

    def report(self, event: RunEvent) -> None:
        """See `Recorder`."""
        with _stopping():
            self._recorder.report(event)

    async def flush(self) -> None:
        """See `Recorder`."""
        with _stopping():
            await self._recorder.flush()


@contextmanager
def _stopping() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise NotRecorded(error) from error
