"""Carries out the reference run once to its end, and then loses a worker at every append.

python lose_workers.py URL FOLDER

Each worker is a process that kills itself. What each append acknowledged is in FOLDER, one file a
tenant; each worker has a tenant of its own.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from domain.aggregate.envelope import RecordedEvent
from domain.payloads import Payloads
from domain.ports import Append, Appended, EventStore, StreamHead
from tests.infrastructure.recovery.reference_run import ask, opened_store, service_on

WHOLE = "whole"


@dataclass
class WatchedStore:
    """Notes each append that came to its end, and ends the process at one; see `EventStore`.

    `killed_at` counts from 1; with `is_before` nothing of that append is written.
    """

    store: EventStore
    acknowledged: Path
    killed_at: int | None = None
    is_before: bool = False
    appends: int = field(default=0, init=False)

    @property
    def payloads(self) -> Payloads:
        return self.store.payloads

    def append(self, request: Append) -> Appended:
        self._begin()
        appended = self.store.append(request)
        self._note(request)
        return appended

    async def append_async(self, request: Append) -> Appended:
        self._begin()
        appended = await self.store.append_async(request)
        self._note(request)
        return appended

    def head(self, tenant_id: str, stream_id: str) -> StreamHead:
        return self.store.head(tenant_id, stream_id)

    def read(self, tenant_id: str, stream_id: str) -> list[RecordedEvent]:
        return self.store.read(tenant_id, stream_id)

    def read_log(self, *, after: int = 0, limit: int = 1000) -> list[RecordedEvent]:
        return self.store.read_log(after=after, limit=limit)

    def _begin(self) -> None:
        self.appends += 1
        if self.is_before and self.appends == self.killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, request: Append) -> None:
        with self.acknowledged.open("a") as file:
            file.writelines(f"{event.content_hash.hex()}\n" for event in request.events)
        if not self.is_before and self.appends == self.killed_at:
            os.kill(os.getpid(), signal.SIGKILL)


def in_a_process(work: Callable[[], None]) -> int:
    """Do the work in a process of its own and return how that ended, as a signal or 0."""
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    _, status = os.waitpid(process, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else -os.WEXITSTATUS(status)


def carry_out(url: str, folder: Path, tenant_id: str, **killed: int | bool) -> None:
    with opened_store(url) as opened:
        watched = WatchedStore(opened.store, folder / tenant_id, **killed)  # type: ignore[arg-type]  # see below
        ask(service_on(watched, opened.leases, folder / "called"), tenant_id)
        (folder / "appends").write_text(str(watched.appends))


def main(url: str, folder: Path) -> None:
    if in_a_process(lambda: carry_out(url, folder, WHOLE)) != 0:
        sys.exit("the whole run failed")
    for number in range(1, int((folder / "appends").read_text()) + 1):
        for is_before in (True, False):
            tenant_id = f"{'before' if is_before else 'after'}-{number}"
            killed = {"killed_at": number, "is_before": is_before}
            ended = in_a_process(lambda: carry_out(url, folder, tenant_id, **killed))  # noqa: B023 - called at once
            if ended != signal.SIGKILL:
                sys.exit(f"the worker of {tenant_id} was not killed: {ended}")
            sys.stdout.write(f"{tenant_id}\n")
            sys.stdout.flush()  # the next process is a copy, also of what is not written yet


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
