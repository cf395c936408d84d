"""Memory and SQLite answer any sequence of appends alike."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import OpstrailError
from domain.ports import Append, Appended, EventStore, IdempotencyKey, StreamHead
from domain.run_filter.filter import EVERY_RUN
from infrastructure.event_store.memory import MemoryEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied, views_on
from tests.contracts.event_samples import request

TENANTS = ("acme", "umbrella")
STREAMS = ("run-1", "run-2")


@dataclass(frozen=True)
class Attempt:
    """An append, said relative to the head that the stream has by then."""

    tenant: str
    stream: str
    count: int
    version_offset: int
    is_forked: bool
    key: IdempotencyKey | None

    def at(self, head: StreamHead) -> Append:
        """Return the request that this is when the stream is at the head."""
        version = max(0, head.version + self.version_offset)
        expected = StreamHead(version, b"fork" * 8 if self.is_forked else head.head_hash)
        return request(
            self.stream, after=expected, count=self.count, tenant=self.tenant, key=self.key
        )


KEYS = st.builds(IdempotencyKey, st.sampled_from("kl"), st.sampled_from([b"1", b"2"]))
ATTEMPTS = st.builds(
    Attempt,
    tenant=st.sampled_from(TENANTS),
    stream=st.sampled_from(STREAMS),
    count=st.integers(0, 3),
    version_offset=st.sampled_from([0, 0, 0, 1, -1]),
    is_forked=st.sampled_from([False, False, False, True]),
    key=st.none() | KEYS,
)


def answer(store: EventStore, append: Append) -> Appended | str:
    try:
        return store.append(append)
    except OpstrailError as error:
        return f"{type(error).__name__}: {error}"


@settings(max_examples=40, deadline=None)
@given(attempts=st.lists(ATTEMPTS, max_size=20))
def test_memory_and_sqlite_agree(attempts: list[Attempt], empty_database: Path) -> None:
    memory = MemoryEventStore()
    with tempfile.TemporaryDirectory() as folder, copied(empty_database, Path(folder)) as engine:
        store, views = SqliteEventStore(engine), views_on(engine)
        for attempt in attempts:
            append = attempt.at(memory.head(attempt.tenant, attempt.stream))
            assert answer(store, append) == answer(memory, append)
        assert store.read_log() == memory.read_log()
        for tenant in TENANTS:
            listed = views.summaries(tenant, EVERY_RUN, limit=9)
            assert listed == memory.summaries(tenant, EVERY_RUN, limit=9)
            for stream in STREAMS:
                assert store.read(tenant, stream) == memory.read(tenant, stream)
                assert store.head(tenant, stream) == memory.head(tenant, stream)
