"""When a commit fails, everybody is told what became of his own request."""

import signal
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import pytest
from msgspec import structs

from domain.audit.chain import head_after
from domain.errors import WrongExpectedVersion
from domain.ports import Append, Appended, IdempotencyKey
from infrastructure.database.errors import (
    DatabaseBusy,
    DatabaseFailed,
    DatabaseReadOnly,
    DatabaseUnreachable,
    DiskFailed,
    DiskFull,
)
from infrastructure.event_store.batch import Outcome
from infrastructure.event_store.group_commit import GroupCommit
from tests.contracts.event_samples import STREAM, TENANT, event, request
from tests.infrastructure.event_store.gated import PATIENCE, Crowd, FailingStore, GatedStore

KEY = IdempotencyKey("order-7", b"what was asked")
LOST = DatabaseUnreachable("server", reason="the connection was lost")
DISK = DiskFailed("file", reason="disk I/O error")
UNKNOWN = [LOST, DISK, sqlite3.OperationalError("interrupted")]


@contextmanager
def grouped(store: FailingStore | GatedStore) -> Iterator[GroupCommit]:
    group = GroupCommit(store)
    yield group
    group.close()


@pytest.mark.parametrize("is_durable", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("error", UNKNOWN, ids=lambda error: type(error).__name__)
def test_an_append_whose_outcome_is_unknown_is_in_the_log_once(
    error: Exception,
    is_durable: bool,  # noqa: FBT001 - pytest passes it
) -> None:
    store = FailingStore(error, is_durable=is_durable)
    sent = request(count=2)
    with grouped(store) as group:
        assert group.append(sent) == Appended(STREAM, 1, 2, head_after(sent))
    assert [recorded.envelope for recorded in store.read_log()] == list(sent.events)


def test_an_append_with_a_key_that_had_gone_in_is_no_repeat() -> None:
    with grouped(FailingStore(LOST, is_durable=True)) as group:
        assert not group.append(request(key=KEY)).is_repeat
        assert group.append(request("run-other", key=KEY)).is_repeat


def test_a_repeat_whose_outcome_was_unknown_is_a_repeat() -> None:
    store = FailingStore(is_durable=True)
    store.append(request(key=KEY))
    store._errors.append(LOST)
    with grouped(store) as group:
        again = group.append(request("run-other", key=KEY))
    assert (again.is_repeat, again.stream_id) == (True, STREAM)


def test_an_append_that_continues_a_stream_is_found_in_its_middle() -> None:
    store = FailingStore(is_durable=True)
    begun = store.append(request(count=3))
    store._errors.append(LOST)
    sent = request(after=begun.head, count=2)
    with grouped(store) as group:
        assert group.append(sent) == Appended(STREAM, 4, 5, head_after(sent))


def test_who_lost_a_race_is_told_so_though_the_first_commit_failed() -> None:
    store = FailingStore(is_durable=False)
    store.append(request())
    store._errors.append(LOST)
    with grouped(store) as group, pytest.raises(WrongExpectedVersion):
        group.append(request())
    assert len(store.read_log()) == 1


def test_a_database_that_fails_twice_is_not_tried_again() -> None:
    store = FailingStore(LOST, DISK, is_durable=False)
    with grouped(store) as group:
        with pytest.raises(DiskFailed):
            group.append(request())
        assert store.attempts == 2
        assert group.append(request()).first_position == 1


@pytest.mark.parametrize("kind", [DatabaseBusy, DatabaseReadOnly, DiskFull])
def test_what_cannot_be_written_is_not_tried_again(kind: type[DatabaseFailed]) -> None:
    store = FailingStore(kind("file", reason="no"), is_durable=False)
    with grouped(store) as group, pytest.raises(kind):
        group.append(request())
    assert store.attempts == 1


class FailingLater(GatedStore):
    """Fails at all commits but the first."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self._error = error

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        outcomes = super().append_batch(requests)
        if len(self.batches) > 1:
            raise self._error
        return outcomes


def sent_together(store: FailingLater, *names: str) -> list[BaseException | None]:
    """Return what was raised to each of the threads that appended to these streams together."""
    with grouped(store) as group:
        crowd = Crowd(group)
        crowd.sends(request("run-busy"))
        store.await_commit()
        sent = [crowd.sends(request(name)) for name in names]
        store.gate.set()
        raised = [each.exception(PATIENCE) for each in sent]
        crowd.close()
    return raised


def test_everybody_of_a_batch_that_failed_is_told() -> None:
    assert sent_together(FailingLater(LOST), "a", "b", "c") == [LOST, LOST, LOST]


def test_an_interrupted_commit_leaves_nobody_waiting() -> None:
    interruption = KeyboardInterrupt()
    assert sent_together(FailingLater(interruption), "a", "b") == [interruption, interruption]


def test_what_no_database_can_store_fails_alone() -> None:
    unspeakable = structs.replace(event(stream="b"), data="\ud800")
    store = GatedStore()
    with grouped(store) as group:
        crowd = Crowd(group)
        crowd.sends(request("run-busy"))
        store.await_commit()
        odd = structs.replace(request("b"), events=(unspeakable,))
        sent = [crowd.sends(each) for each in (request("a"), odd, request("c"))]
        store.gate.set()
        raised = [type(each.exception(PATIENCE)) for each in sent]
        crowd.close()
    assert raised == [type(None), UnicodeEncodeError, type(None)]
    assert [each.envelope.stream_id for each in store.read_log()] == ["run-busy", "a", "c"]


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise Interrupted


def test_a_caller_that_is_interrupted_does_not_keep_the_others_waiting() -> None:
    store = GatedStore()
    usual = signal.signal(signal.SIGUSR1, interrupt)
    main = threading.main_thread().ident
    assert main
    with grouped(store) as group:
        crowd = Crowd(group)
        crowd.sends(request("run-busy"))
        store.await_commit()
        threading.Timer(0.05, signal.pthread_kill, (main, signal.SIGUSR1)).start()
        with pytest.raises(Interrupted):
            group.append(request("run-gone"))
        last = crowd.sends(request("run-last"))
        store.gate.set()
        assert last.result(PATIENCE).first_position == 3
        crowd.close()
    signal.signal(signal.SIGUSR1, usual)
    assert len(store.read(TENANT, "run-gone")) == 1
