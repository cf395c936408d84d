"""A store whose commits wait at a gate, or fail as a test says; and threads that append to it."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from domain.ports import Append, Appended
from infrastructure.event_store.batch import Outcome
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.event_store.memory import MemoryEventStore

PATIENCE = 20
"""Seconds after which something that should happen is taken never to happen."""


class GatedStore(MemoryEventStore):
    """Commits when the gate is open, and keeps who committed what."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.arrivals = threading.Semaphore(0)
        self.batches: list[list[str]] = []
        self.threads: list[int] = []

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        self.batches.append([request.stream_id for request in requests])
        self.threads.append(threading.get_ident())
        self.arrivals.release()
        assert self.gate.wait(PATIENCE)
        return super().append_batch(requests)

    def await_commit(self) -> None:
        """Return when one more commit has come to the gate."""
        assert self.arrivals.acquire(timeout=PATIENCE)


class FailingStore(MemoryEventStore):
    """Raises the errors one after the other: before it commits, or after that."""

    def __init__(self, *errors: BaseException, is_durable: bool) -> None:
        super().__init__()
        self._errors, self._is_durable = list(errors), is_durable
        self.attempts = 0

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        self.attempts += 1
        error = self._errors.pop(0) if self._errors else None
        if error and not self._is_durable:
            raise error
        outcomes = super().append_batch(requests)
        if error:
            raise error
        return outcomes


class Crowd:
    """Threads that append to one group commit, each one request."""

    def __init__(self, group: GroupCommit) -> None:
        self._group = group
        self._threads = ThreadPoolExecutor(16)

    def sends(self, request: Append) -> Future[Appended]:
        """Send a request from a thread of its own; return when it queues or is committed."""
        begun = len(self._group._queue)
        leads = not self._group._is_led
        sent = self._threads.submit(self._group.append, request)
        await_until(lambda: leads or sent.done() or len(self._group._queue) > begun)
        return sent

    def close(self) -> None:
        self._threads.shutdown()


def await_until(is_so: Callable[[], bool]) -> None:
    """Return when it is so."""
    moment = threading.Event()
    for _ in range(PATIENCE * 1000):
        if is_so():
            return
        moment.wait(0.001)
    raise AssertionError
