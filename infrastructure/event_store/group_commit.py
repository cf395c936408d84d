"""Group commit: appends that arrive while a commit runs go into the next one together.

Durability costs one sync of the disk per commit, whatever is in it. A caller that finds nobody
else commits at once, in its own thread. Who comes while that runs, queues; when it is done, the
first in the queue commits for all that are in it, and so on. There is no timer, and nobody waits
for company.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from domain.audit.chain import head_after
from domain.errors import WrongExpectedVersion
from domain.ports import Append, Appended
from domain.services.operator_log import OperatorStreams
from infrastructure.database.errors import (
    DatabaseBusy,
    DatabaseReadOnly,
    DatabaseReplaced,
    DatabaseUnavailable,
    DiskFull,
)
from infrastructure.event_store.batch import BatchStore, Outcome, answer
from infrastructure.event_store.log_signal import LogSignal
from infrastructure.event_store.waiters import Answer, Waiting, WaitingTask, WaitingThread, tell

Heard = Callable[[Append], None]
_BATCH_EVENTS = 1000
_BATCH_CHARACTERS = 4 * 1024 * 1024
_NOT_WRITTEN = (DatabaseBusy, DatabaseReadOnly, DatabaseReplaced, DiskFull)
"""Nothing was written that anybody finds, and to try at once again would not help."""


class StoreClosed(DatabaseUnavailable):
    """The event store is closed."""

    def __init__(self) -> None:
        super().__init__("the event store is closed: nothing more can be appended")


class GroupCommit:
    """Appends in common transactions; see `domain.ports.EventStore`.

    `signal` announces each of them, for `infrastructure.log.arrivals.watching`.

    Each caller waits until its own events are durable, so no more requests queue than there are
    callers. An append whose outcome nobody knows (the connection or the disk failed) is tried once
    more; what had gone in is then found and answered as done.
    """

    def __init__(self, store: BatchStore, operators: OperatorStreams | None = None) -> None:
        """Keep the store; nobody else in this process may append to it.

        Without `operators` no entries of the operator log go in.
        """
        self._store, self._operators = store, operators
        self.payloads = store.payloads
        self.head, self.read, self.read_log = store.head, store.read, store.read_log
        self.signal = LogSignal()
        self.heard: Heard = lambda _: None
        """Hears each request that went in, in the thread that commits; it may not fail."""
        self._queue: list[Waiting] = []
        self._is_led = self._is_closed = False
        # Guards the queue and who leads. What is under it is short: nobody commits under it.
        self._mutex = threading.Lock()
        self._idle = threading.Condition(self._mutex)
        # Leads for tasks; its thread starts when tasks of an event loop first come together.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="group-commit")

    def append(self, request: Append) -> Appended:
        """See `EventStore`. Raises `StoreClosed` too."""
        waiting = WaitingThread(request)
        self._join(waiting)
        try:
            if self._takes_lead():
                self._lead()
            while (found := waiting.sleep()) is None:
                self._lead()
        except BaseException:  # interrupted, perhaps just when it was to lead
            self._leave(waiting)
            raise
        return answer(found)

    async def append_async(self, request: Append) -> Appended:
        """See `EventStore`. Raises `StoreClosed` too."""
        loop = asyncio.get_running_loop()
        waiting = WaitingTask(request, loop)
        self._join(waiting)
        # After this turn of the loop: the tasks that are ready now have joined by then.
        loop.call_soon(self._lead_for_tasks)
        return answer(await waiting.answered())

    def close(self) -> None:
        """Refuse further appends, and return when those that came before are answered."""
        with self._idle:
            self._is_closed = True
            self._idle.wait_for(lambda: not self._is_led)
            self._is_led = True
        while self._queue:
            self._commit()
        self._step_down()
        self._worker.shutdown()
        self._store.close()

    def _join(self, waiting: Waiting) -> None:
        with self._mutex:
            if self._is_closed:
                raise StoreClosed
            self._queue.append(waiting)

    def _takes_lead(self) -> bool:
        with self._mutex:
            if self._is_led or not self._queue:
                return False
            self._is_led = True
            return True

    def _lead_for_tasks(self) -> None:
        if not self._takes_lead():
            return
        if len(self._queue) == 1:  # alone: to change threads would cost more than it saves
            self._lead()
        else:
            self._worker.submit(self._lead)

    def _lead(self) -> None:
        """Commit what has queued, then let the next one lead."""
        try:
            self._commit()
        finally:
            self._step_down()

    def _step_down(self) -> None:
        with self._mutex:
            if not self._queue:
                self._is_led = False
                self._idle.notify_all()
                return
            first = self._queue[0]
            if isinstance(first, WaitingTask) or first.is_gone:
                self._worker.submit(self._lead)
                return
            first.let_lead()

    def _leave(self, waiting: WaitingThread) -> None:
        with self._mutex:
            waiting.is_gone = True
            if waiting.leads and waiting in self._queue:
                self._worker.submit(self._lead)

    def _commit(self) -> None:
        with self._mutex:
            batch, self._queue = _next_batch(self._queue)
        try:
            answers = self._with_entries([waiting.request for waiting in batch])
        except BaseException as interruption:
            tell(batch, [interruption] * len(batch))
            raise
        tell(batch, answers)
        self.signal.announce()
        for waiting, told in zip(batch, answers, strict=True):
            if isinstance(told, Appended) and not told.is_repeat:
                self.heard(waiting.request)

    def _with_entries(self, requests: Sequence[Append]) -> Sequence[Answer]:
        """Append the requests, after the entries of the operator log that come with them.

        One transaction has both; were they ever written apart, entries would come first.
        """
        if self._operators is None or not any(request.entries for request in requests):
            return self._answers(requests)
        beside = self._operators.beside(requests)
        alone = [request for request in requests if request.entries and not request.events]
        events = [request for request in requests if request not in alone]
        answers = self._answers([*beside, *events])
        self._operators.went_in(beside, answers[: len(beside)])
        of_tenants = {each.tenant_id: told for each, told in zip(beside, answers, strict=False)}
        rest = iter(answers[len(beside) :])
        return [
            next(rest)
            if each not in alone
            else of_tenants.get(each.tenant_id) or _nothing_of(each)
            for each in requests
        ]

    def _answers(self, requests: Sequence[Append]) -> Sequence[Answer]:
        try:
            return self._store.append_batch(requests)
        except _NOT_WRITTEN as failed:
            return [failed] * len(requests)
        except DatabaseUnavailable:
            return self._answers_again(requests)
        except Exception:  # noqa: BLE001 - one request is to blame, and it alone may fail
            return [again for request in requests for again in self._answers_again([request])]

    def _answers_again(self, requests: Sequence[Append]) -> Sequence[Answer]:
        try:
            outcomes = self._store.append_batch(requests)
            return [
                self._settled(request, outcome)
                for request, outcome in zip(requests, outcomes, strict=True)
            ]
        except Exception as failed:  # noqa: BLE001 - it goes to those who asked
            return [failed] * len(requests)

    def _settled(self, request: Append, outcome: Outcome) -> Outcome:
        """Return what became of the request in the first attempt, when that is why this failed."""
        is_there = isinstance(outcome, WrongExpectedVersion) or (
            isinstance(outcome, Appended) and outcome.is_repeat
        )
        return (is_there and self._found(request)) or outcome

    def _found(self, request: Append) -> Appended | None:
        """Return where the very events of the request are, or None."""
        start = request.expected.version
        found = self.read(request.tenant_id, request.stream_id)[start:][: len(request.events)]
        if [recorded.envelope for recorded in found] != list(request.events):
            return None
        positions = (found[0].position, found[-1].position)
        return Appended(request.stream_id, *positions, head_after(request))


def _nothing_of(request: Append) -> Appended:
    """Return the answer to entries that went in with another append already."""
    return Appended(request.stream_id, 0, 0, request.expected, is_repeat=True)


def _next_batch(queue: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """Return the first of the queue that fit into one transaction, and those who wait on.

    A stream's second request waits for the first. The first of the queue always fits.
    """
    if len(queue) == 1:
        return [*queue], []
    batch: list[Waiting] = []
    rest: list[Waiting] = []
    streams: set[tuple[str, str]] = set()
    events = characters = 0
    for number, waiting in enumerate(queue):
        request = waiting.request
        events += len(request.events)
        characters += sum(len(event.data) for event in request.events)
        if batch and (events > _BATCH_EVENTS or characters > _BATCH_CHARACTERS):
            return batch, [*rest, *queue[number:]]
        stream = (request.tenant_id, request.stream_id)
        (rest if stream in streams else batch).append(waiting)
        streams.add(stream)
    return batch, rest
