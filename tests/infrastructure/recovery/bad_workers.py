"""Lets workers hang, stop, die of their runs and compete, each in a process of its own.

python -m tests.infrastructure.recovery.bad_workers URL FOLDER

What came of it is in FOLDER/report.json; each scene has a tenant of its own.
"""

import asyncio
import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from domain.services.dispatcher import Dispatcher
from domain.services.reader import RunReader
from domain.services.recovery import Recovery
from domain.services.replays import Replays
from domain.services.runs import RunService
from domain.tools.contracts import BaseTool, ToolContext, ToolResult
from domain.views.run import LostRun
from infrastructure.clock import SystemClock
from tests.domain.services.losing_workers import NoSearch
from tests.fakes import AnyParams, ScriptedTool
from tests.infrastructure.recovery.reference_run import (
    LEASE_SECONDS,
    Opened,
    ask,
    opened_store,
    service_on,
)

_NEW_PID_NAMESPACE = 0x20000000
_PATIENCE_SECONDS = 20
_SKEW = timedelta(minutes=5)


class SkewedClock:
    """Goes five minutes wrong; see `domain.ports.Clock`."""

    def __init__(self, by: timedelta) -> None:
        self._by, self._clock = by, SystemClock()

    def now(self) -> datetime:
        return self._clock.now() + self._by


class Scene:
    """A tenant, and processes that carry out its runs."""

    def __init__(self, url: str, folder: Path, tenant_id: str) -> None:
        self.url, self.folder, self.tenant_id = url, folder, tenant_id
        self.begun, self.goes_on = folder / f"{tenant_id}-begun", folder / f"{tenant_id}-goes-on"
        self.said = folder / f"{tenant_id}-said"

    def asks(self, first_call: Callable[[], None], clock: SkewedClock | None = None) -> None:
        """Ask as a worker whose first call does this."""
        with opened_store(self.url) as opened:
            service = self._service(opened, first_call, clock)
            try:
                ask(service, self.tenant_id)
            except Exception as error:  # noqa: BLE001 - it is looked at
                self.said.write_text(f"{type(error).__name__}: {error}")

    def recovers(self, first_call: Callable[[], None] = lambda: None) -> list[LostRun]:
        with opened_store(self.url) as opened:
            recovery = self._recovery(opened, self._service(opened, first_call))
            told = self._told
            return asyncio.run(recovery.recover(self.tenant_id, tell=told, doubt=told))

    def lost(self, clock: SkewedClock | None = None) -> list[LostRun]:
        with opened_store(self.url) as opened:
            recovery = self._recovery(opened, self._service(opened, lambda: None, clock))
            return asyncio.run(recovery.lost(self.tenant_id))

    def hangs(self) -> None:
        """Say that it has begun, and wait: the event loop goes on."""
        self.begun.touch()

    def wait_until_begun(self) -> None:
        wait_until(self.begun.exists)

    def wait_until_lost(self) -> None:
        wait_until(lambda: any(not each.outcome for each in self.lost()))

    def _told(self, text: str) -> None:
        with self.said.open("a") as file:
            file.write(f"{text}\n")

    def _service(
        self, opened: Opened, first_call: Callable[[], None], clock: SkewedClock | None = None
    ) -> RunService:
        called, ci = self.folder / "called", self._tool(first_call)
        service = service_on(opened.store, opened.leases, called, ci=ci)
        service._clock = clock or service._clock
        return service

    def _tool(self, first_call: Callable[[], None]) -> BaseTool:
        async def answer(_context: ToolContext, _params: AnyParams) -> ToolResult:
            first_call()
            while first_call == self.hangs and not self.goes_on.exists():  # noqa: ASYNC110 - a file
                await asyncio.sleep(0.02)
            return ToolResult(success=True, data={"rows": [], "total": 0})

        return ScriptedTool("ci", resolve=answer)

    def _recovery(self, opened: Opened, service: RunService) -> Recovery:
        clock = service._clock
        reader = RunReader(opened.record, opened.views, NoSearch(), clock)
        return Recovery(
            service=service,
            dispatcher=Dispatcher(service, reader, opened.leases),
            views=opened.views,
            leases=opened.leases,
            replays=Replays(service, workshop=service._workshop, clock=clock),
            clock=clock,
        )


def dies() -> None:
    os._exit(9)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            sys.exit("waited in vain")
        time.sleep(0.05)


@contextmanager
def process(work: Callable[[], object]) -> Iterator[int]:
    """Do the work in another process, and wait for it at the end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    yield child
    os.waitpid(child, 0)


def in_a_process(work: Callable[[], object]) -> None:
    with process(work):
        pass


def poison(scene: Scene) -> object:
    """A run whose call ends its process, and the recoveries of it."""
    in_a_process(lambda: scene.asks(dies))
    for _ in range(4):
        scene.wait_until_lost()
        in_a_process(lambda: scene.recovers(dies))
    return scene.said.read_text().splitlines()


def zombie(scene: Scene) -> object:
    """A worker that stands still in a call for longer than its lease, and then goes on."""
    with process(lambda: scene.asks(scene.hangs)) as worker:
        scene.wait_until_begun()
        os.kill(worker, signal.SIGSTOP)
        scene.wait_until_lost()
        done = [each.outcome for each in scene.recovers()]
        scene.said.unlink()
        scene.goes_on.touch()
        os.kill(worker, signal.SIGCONT)
    return [*done, scene.said.read_text()]


def other_namespace(scene: Scene) -> object:
    """A worker whose process has another number outside, in a long call; clocks are wrong."""

    def in_namespace() -> None:
        is_permitted = ctypes.CDLL(None).unshare(_NEW_PID_NAMESPACE) == 0
        (scene.folder / "is-permitted").write_text(str(is_permitted))
        in_a_process(lambda: scene.asks(scene.hangs, SkewedClock(-_SKEW)))

    with process(in_namespace):
        scene.wait_until_begun()
        time.sleep(3 * LEASE_SECONDS)
        alive = [each.run for each in scene.lost(SkewedClock(_SKEW))]
        scene.goes_on.touch()
    return alive


def two_recoverers(scene: Scene) -> object:
    """Runs that are lost, and two processes that recover them at once."""
    for _ in range(4):
        in_a_process(lambda: scene.asks(dies))
    scene.wait_until_lost()
    time.sleep(LEASE_SECONDS)
    with process(scene.recovers), process(scene.recovers):
        pass
    return scene.said.read_text().splitlines()


SCENES = (poison, zombie, other_namespace, two_recoverers)


def main(url: str, folder: Path) -> None:
    report = {each.__name__: each(Scene(url, folder, each.__name__)) for each in SCENES}
    (folder / "report.json").write_text(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
