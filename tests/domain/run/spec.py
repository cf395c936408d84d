"""Runs as specified: `given(REQUESTED).when(CancelRun("enough")).then(CANCELLED)`."""

import re
from dataclasses import dataclass

from domain.errors import OpstrailError
from domain.run.commands import Command, ReportProgress
from domain.run.events import RunEvent
from domain.run.fold import fold
from domain.run.run import decide

RUN_ID = "run-1"


@dataclass(frozen=True)
class Outcome:
    """What came of a command: events, or a refusal."""

    events: list[RunEvent]
    refusal: OpstrailError | None

    def then(self, *events: RunEvent) -> None:
        """Exactly these events happened."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert self.events == list(events)

    def then_refused(self, error: type[OpstrailError], *, match: str) -> None:
        """The command was refused with this error, whose message has this pattern."""
        assert type(self.refusal) is error, f"got {self.refusal!r}, {self.events}"
        assert re.search(match, str(self.refusal)), str(self.refusal)


@dataclass(frozen=True)
class History:
    """The events of a run so far."""

    events: tuple[RunEvent, ...]

    def when(self, command: Command) -> Outcome:
        """A command comes."""
        try:
            return Outcome(decide(fold(RUN_ID, self.events), command), None)
        except OpstrailError as error:
            return Outcome([], error)

    def when_reported(self, event: RunEvent) -> Outcome:
        """The runner reports an event."""
        return self.when(ReportProgress(event))


def given(*events: RunEvent) -> History:
    """Begin with what happened before."""
    return History(events)
