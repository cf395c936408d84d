"""Every event store may be called from many threads at once."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from domain.audit.stream_check import verify_stream
from domain.errors import WrongExpectedVersion
from domain.ports import EventStore, IdempotencyKey
from tests.contracts.event_samples import STREAM, TENANT, request

THREADS = 8
ROUNDS = 12


@pytest.fixture(autouse=True)
def threads_take_turns_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def race(act: Callable[[int], object]) -> None:
    """Call `act` in every thread at the same moment; each is given its number."""
    barrier = Barrier(THREADS)

    def started_together(number: int) -> object:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(started_together, range(THREADS)))


def test_of_the_threads_that_race_for_a_version_one_wins(store: EventStore) -> None:
    won: list[int] = []

    def append_all(_: int) -> None:
        while (head := store.head(TENANT, STREAM)).version < ROUNDS:
            try:
                won.append(store.append(request(after=head)).head.version)
            except WrongExpectedVersion:
                continue

    race(append_all)
    assert sorted(won) == [*range(1, len(won) + 1)]
    verify_stream(store.read(TENANT, STREAM), head=store.head(TENANT, STREAM).head_hash)


def test_threads_that_write_their_own_streams_lose_nothing(store: EventStore) -> None:
    def append_all(number: int) -> None:
        head = None
        for _ in range(ROUNDS):
            head = store.append(request(f"run-{number}", after=head, count=2)).head

    race(append_all)
    positions = [each.position for each in store.read_log(limit=10_000)]
    assert positions == [*range(1, THREADS * ROUNDS * 2 + 1)]
    assert {store.head(TENANT, f"run-{number}").version for number in range(THREADS)} == {24}


def test_of_the_threads_that_race_with_a_key_one_writes(store: EventStore) -> None:
    key = IdempotencyKey("once", b"same")
    answers = []
    race(lambda number: answers.append(store.append(request(f"run-{number}", key=key))))
    assert sorted(answer.is_repeat for answer in answers) == [False] + [True] * 7
    assert len({answer.stream_id for answer in answers}) == 1
    assert len(store.read_log()) == 1


def test_a_reader_never_sees_half_an_append(store: EventStore) -> None:
    seen: list[int] = []

    def write_or_read(number: int) -> None:
        head = None
        for _ in range(ROUNDS):
            if number == 0:
                head = store.append(request(after=head, count=5)).head
            else:
                seen.append(len(store.read(TENANT, STREAM)))

    race(write_or_read)
    assert {count % 5 for count in seen} == {0}
