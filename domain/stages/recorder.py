"""Where a runner reports what happens."""

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
