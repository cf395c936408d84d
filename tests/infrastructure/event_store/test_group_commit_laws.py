"""Whatever many callers send at once, the store holds each acknowledged append once."""

import asyncio
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.audit.stream_check import verify_stream
from domain.errors import OpstrailError
from domain.ports import Append, Appended, EventStore, StreamHead
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.memory import MemoryEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.databases import copied
from tests.contracts.event_samples import TENANT, request
from tests.infrastructure.event_store.damage import problems
from tests.infrastructure.event_store.test_agreement import ATTEMPTS, Attempt
from tests.infrastructure.event_store.test_agreement import answer as told_by

STREAMS = [f"run-{number}" for number in range(4)]


@dataclass(frozen=True)
class Step:
    """An append to a stream, after the head that the caller last saw, or after a wrong one."""

    stream: str
    count: int
    is_stale: bool


STEPS = st.builds(
    Step,
    stream=st.sampled_from(STREAMS),
    count=st.integers(0, 3),
    is_stale=st.sampled_from([False, False, False, True]),
)
Told = tuple[Append, Appended | OpstrailError]


@pytest.fixture(autouse=True, scope="module")
def threads_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def request_of(step: Step, store: EventStore) -> Append:
    head = StreamHead(7) if step.is_stale else store.head(TENANT, step.stream)
    return request(step.stream, after=head, count=step.count)


def send(store: EventStore, steps: list[Step]) -> list[Told]:
    told: list[Told] = []
    for step in steps:
        sent = request_of(step, store)
        try:
            told.append((sent, store.append(sent)))
        except OpstrailError as refused:
            told.append((sent, refused))
    return told


async def send_async(store: EventStore, steps: list[Step]) -> list[Told]:
    told: list[Told] = []
    for step in steps:
        sent = request_of(step, store)
        try:
            told.append((sent, await store.append_async(sent)))
        except OpstrailError as refused:
            told.append((sent, refused))
    return told


async def send_all(store: EventStore, callers: list[list[Step]]) -> list[list[Told]]:
    return await asyncio.gather(*(send_async(store, steps) for steps in callers))


def assert_each_is_there_once(told: list[Told], store: EventStore) -> None:
    """What was acknowledged is where it was said to be, and nothing else is in the log."""
    log = store.read_log(limit=10_000)
    acknowledged = 0
    for sent, answer in told:
        if isinstance(answer, Appended):
            there = log[answer.first_position - 1 : answer.last_position]
            assert [recorded.envelope for recorded in there] == list(sent.events)
            acknowledged += len(there)
    assert len(log) == acknowledged
    for stream in STREAMS:
        head = store.head(TENANT, stream)
        verify_stream(store.read(TENANT, stream), head=head.head_hash)


@settings(max_examples=25)
@given(callers=st.lists(st.lists(STEPS, max_size=6), min_size=2, max_size=6))
def test_what_threads_are_told_is_what_the_store_holds(callers: list[list[Step]]) -> None:
    group = GroupCommit(MemoryEventStore())
    with ThreadPoolExecutor(len(callers)) as threads:
        told = threads.map(lambda steps: send(group, steps), callers)
        assert_each_is_there_once([each for some in told for each in some], group)
    group.close()


@settings(max_examples=25)
@given(callers=st.lists(st.lists(STEPS, max_size=6), min_size=2, max_size=6))
def test_what_tasks_are_told_is_what_the_store_holds(callers: list[list[Step]]) -> None:
    group = GroupCommit(MemoryEventStore())
    told = asyncio.run(send_all(group, callers))
    assert_each_is_there_once([each for some in told for each in some], group)
    group.close()


@settings(max_examples=8)
@given(callers=st.lists(st.lists(STEPS, max_size=5), min_size=4, max_size=8))
def test_threads_and_tasks_at_once_on_sqlite(
    callers: list[list[Step]], empty_database: Path
) -> None:
    half = len(callers) // 2
    with tempfile.TemporaryDirectory() as folder, copied(empty_database, Path(folder)) as engine:
        group = GroupCommit(SqliteEventStore(engine))
        with ThreadPoolExecutor(half) as threads:
            told = threads.map(lambda steps: send(group, steps), callers[:half])
            of_tasks = asyncio.run(send_all(group, callers[half:]))
            everything = [*told, *of_tasks]
        group.close()
        assert_each_is_there_once([each for some in everything for each in some], group)
        assert problems(engine) == []


@settings(max_examples=40)
@given(attempts=st.lists(ATTEMPTS, max_size=20))
def test_a_group_commit_answers_as_its_store_does(attempts: list[Attempt]) -> None:
    memory, group = MemoryEventStore(), GroupCommit(MemoryEventStore())
    for attempt in attempts:
        append = attempt.at(memory.head(attempt.tenant, attempt.stream))
        assert told_by(group, append) == told_by(memory, append)
    assert group.read_log() == memory.read_log()
    group.close()


def test_writers_of_their_own_streams_are_all_served(tmp_path: Path, empty_database: Path) -> None:
    with copied(empty_database, tmp_path) as engine:
        group = GroupCommit(SqliteEventStore(engine))

        def write(number: int) -> None:
            head = StreamHead()
            for _ in range(15):
                head = group.append(request(f"run-{number}", after=head, count=2)).head

        writers = [threading.Thread(target=write, args=[number]) for number in range(16)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        group.close()
        positions = [each.position for each in group.read_log(limit=1000)]
        assert positions == [*range(1, 16 * 15 * 2 + 1)]
        assert {group.head(TENANT, f"run-{number}").version for number in range(16)} == {30}
        assert problems(engine) == []
