"""A log of a few runs, of two tenants and with a key, to be written to files."""

from msgspec import structs

from domain.aggregate.envelope import Actor
from domain.audit.chain import head_after
from domain.ports import Append, Appended, IdempotencyKey
from domain.run.aggregate import RUN
from domain.run.commands import CancelRun, RequestRun
from domain.writer import Authorship, StreamWriter
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.memory import MemoryEventStore
from tests.fakes import CountingIds, FrozenClock

IDS = CountingIds()


class Collecting(MemoryEventStore):
    """Keeps the requests."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Append] = []

    def append(self, request: Append) -> Appended:
        self.requests.append(request)
        return Appended(request.stream_id, 1, 1, head_after(request))


def run(run_id: str, tenant: str = "acme") -> list[Append]:
    """Return two appends: a run is requested, and cancelled."""
    store = Collecting()
    by = Authorship(tenant, Actor("person", "ada"))
    writer = StreamWriter(RUN, run_id, by, store=store, clock=FrozenClock(), ids=IDS)
    for command in (RequestRun(question="Wie groß?"), CancelRun(why="ünnötig")):
        writer.handle(command)
        writer.append()
    return store.requests


def record(store: BatchStore) -> None:
    """Make batches of one and of several runs, one with a key."""
    first, second, third = run("run-1"), run("run-2"), run("run-3", "umbrella")
    keyed = structs.replace(first[0], key=IdempotencyKey("key", b"\x01digest"))
    for batch in ([keyed], [first[1], second[0], third[0]], [second[1]], [third[1]]):
        assert all(isinstance(outcome, Appended) for outcome in store.append_batch(batch))
