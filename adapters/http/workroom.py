"""Where operations are carried out: in threads, as most of what they do blocks.

Each read has a thread to itself. What carries runs out shares one event loop in a thread of its
own, so that runs commit together; it goes on when nobody waits for it any more.
"""

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial
from random import random
from typing import Any, Final, ParamSpec, TypeVar

from uvicorn.loops.auto import auto_loop_factory

from adapters.faults import fault_of
from adapters.http.hub import Hub
from domain.operations.operation import Caller, Operation, Params
from domain.operations.services import Services
from domain.services.deliveries import Courier, Target
from domain.services.requested_run import NobodyWaits
from domain.services.sweep import sweep

P = TypeVar("P", bound=Params)
V = TypeVar("V")
A = ParamSpec("A")
R = TypeVar("R")

LOG: Final = logging.getLogger("opstrail.http")
THREADS: Final = 8
"""No more than there are connections in a pool, less what runs take."""
AT_ONCE: Final = 64
WAITING: Final = 256
WAIT_SECONDS: Final = 20.0
_CLOSING_SECONDS: Final = 0.8
_OF_A_ZONE: Final = ("reader", "bulk_replays")
"""The services that are made for a zone; the others ask which it is."""


class TooMuchWork(Exception):
    """So much is carried out, and waits, that this cannot wait, too."""

    def __init__(self, count: int = AT_ONCE, of: str = "") -> None:
        super().__init__(f"{count} commands{of} are carried out or wait; try again soon")


@dataclass(frozen=True, slots=True)
class Begun:
    """Work that goes on: the id that it has on record, and what comes of it."""

    on_record: asyncio.Future[str]
    done: asyncio.Future[Any]

    @property
    def has_no_result(self) -> bool:
        """Whether there is none yet, or never will be."""
        if not self.done.done() or self.done.cancelled():
            return True
        return isinstance(self.done.exception(), NobodyWaits)


class Workroom:
    """Carries operations out on the services of one opstrail; `hub` is of who hears of that."""

    def __init__(self, have: Services, most_of_tenant: int) -> None:
        self.have, self.hub = have, Hub()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="read")
        self._loop = auto_loop_factory()()
        self._thread = threading.Thread(target=self._loop.run_forever, name="runs", daemon=True)
        self._thread.start()
        self._tasks = set[asyncio.Task[Any]]()
        self._places, self._waiting = asyncio.Semaphore(AT_ONCE), 0
        self._most_of_tenant, self._begun = most_of_tenant, Counter[str]()

    @property
    def running_count(self) -> int:
        """How many commands are carried out."""
        return len(self._tasks)

    @property
    def waiting_count(self) -> int:
        """How many commands wait for their turn."""
        return self._waiting

    async def in_thread(self, do: Callable[A, R], *args: A.args, **kwargs: A.kwargs) -> R:
        """Return what a function returns that blocks."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(do, *args, **kwargs))

    def do(self, asked: Operation[P, V], caller: Caller, params: P, zone: tzinfo = UTC) -> V:
        """Return what came of an operation for who is in this zone, in this thread."""
        return asyncio.run(asked.carried_out(_in_zone(self.have, zone), caller, params))

    async def begin(
        self, asked: Operation[P, V], caller: Caller, params: P, zone: tzinfo = UTC
    ) -> Begun:
        """Begin what goes on by itself. Raises `TooMuchWork`."""
        await self._take_place(caller.tenant_id)
        here = asyncio.get_running_loop()
        on_record: asyncio.Future[str] = here.create_future()
        noting = replace(caller, begun=partial(_tell, here, partial(_settle, on_record)))
        work = self._carry_out(asked.carried_out(_in_zone(self.have, zone), noting, params))
        done = asyncio.wrap_future(work)
        done.add_done_callback(partial(self._end, caller.tenant_id))
        return Begun(on_record, done)

    def sweep(self) -> None:
        """Carry on, from now on, what others leave behind."""
        self._carry_out(sweep(self.have.recovery, tell=LOG.info, doubt=LOG.warning))

    def deliver(self, targets: Iterable[Target]) -> None:
        """Tell targets, from now on, what they want to hear of."""
        box, clock = self.have.upkeep.deliveries, self.have.clock
        courier = Courier(box=box, clock=clock, random=random, doubt=LOG.warning)
        for target in targets:
            self._carry_out(courier.deliver(target))

    def set_down(self) -> None:
        """Carry nothing out any more: runs under way are left to who recovers them, at once."""
        stopping = asyncio.run_coroutine_threadsafe(self._set_down(), self._loop)
        with suppress(TimeoutError):
            stopping.result(_CLOSING_SECONDS)

    def close(self) -> None:
        """Set down what is under way, and end the threads."""
        self.set_down()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=_CLOSING_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _carry_out(self, work: Coroutine[Any, Any, R]) -> Future[R]:
        return asyncio.run_coroutine_threadsafe(self._carried(work), self._loop)

    async def _carried(self, work: Coroutine[Any, Any, R]) -> R:
        """Return what the work returns; once no more is carried out it is cancelled."""
        if self.have.runs.is_parking:
            work.close()
            raise asyncio.CancelledError
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await task

    async def _set_down(self) -> None:
        self.have.runs.is_parking = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take_place(self, tenant_id: str) -> None:
        if self._waiting >= WAITING:
            raise TooMuchWork
        if self._begun[tenant_id] >= self._most_of_tenant:
            raise TooMuchWork(self._most_of_tenant, " of this tenant")
        self._waiting += 1
        self._begun[tenant_id] += 1
        try:
            await asyncio.wait_for(self._places.acquire(), WAIT_SECONDS)
        except BaseException as error:
            self._begun[tenant_id] -= 1
            if isinstance(error, TimeoutError):
                raise TooMuchWork from None
            raise
        finally:
            self._waiting -= 1

    def _end(self, tenant_id: str, done: "asyncio.Future[Any]") -> None:
        """Give the place to others; nobody may wait for what came of it any more."""
        self._places.release()
        self._begun[tenant_id] -= 1
        error = None if done.cancelled() else done.exception()
        if isinstance(error, NobodyWaits):
            return
        if isinstance(error, Exception) and fault_of(error) is None:
            LOG.error("a command ended in a way that nobody foresaw", exc_info=error)


def _in_zone(have: Services, zone: tzinfo) -> Services:
    """Return the services for who is in this zone; what is made already is shared."""
    if zone == have.zone:
        return have
    other = copy(have)
    vars(other)["zone"] = zone
    for part in _OF_A_ZONE:
        vars(other).pop(part, None)
    return other


def _settle(future: "asyncio.Future[str]", value: str) -> None:
    if not future.done():
        future.set_result(value)


def _tell(loop: asyncio.AbstractEventLoop, do: Callable[[R], None], value: R) -> None:
    """Do something with the value in the loop, unless that is closed by now."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(do, value)
