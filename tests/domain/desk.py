"""A writer at its desk."""

from datetime import timedelta

from domain.aggregate.envelope import Actor
from domain.run.aggregate import RUN
from domain.run.commands import RequestRun
from domain.run.events import RunEvent
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.run.samples import REQUESTED
from tests.fakes import CountingIds, FrozenClock

ASK = RequestRun(question=REQUESTED.question)


class Desk:
    """A writer of one run, and what its store holds."""

    def __init__(
        self, store: MemoryEventStore | None = None, ids: CountingIds | None = None
    ) -> None:
        self.store = store or MemoryEventStore()
        self.ids = ids or CountingIds()
        self.writer = StreamWriter(
            RUN,
            "run-1",
            Authorship("acme", Actor("person", "ada"), "00-trace-span-01"),
            store=self.store,
            clock=FrozenClock(step=timedelta(milliseconds=1)),
            ids=self.ids,
        )

    def write(self, *events: RunEvent) -> None:
        for event in events:
            self.writer.report(event)
        self.writer.append()

    def ask(self) -> "Desk":
        self.writer.handle(ASK)
        self.writer.append()
        return self

    def durable(self) -> list[RunEvent]:
        return [RUN.read(each).event for each in self.store.read("acme", "run-1")]

    def colleague(self) -> "Desk":
        """Another writer that takes up the same run."""
        desk = Desk(self.store, self.ids)
        desk.writer.continue_from([RUN.read(each) for each in self.store.read("acme", "run-1")])
        return desk
