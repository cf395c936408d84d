"""`opstrail serve`: one process that answers over HTTP, and recovers what it finds lost."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from socket import socket
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from adapters.bootstrap import Opstrail, open_service
from adapters.http.app import build_app
from adapters.http.binding import Face
from adapters.http.border import Border
from adapters.http.cursors import Cursors
from adapters.http.identity import SingleUser
from adapters.http.workroom import TooMuchWork, Workroom
from domain.aggregate.envelope import Actor
from domain.errors import Refused
from domain.operations.operation import Caller
from domain.operations.requests import RECOVER_RUNS, RunsToRecover
from domain.writer import Authorship

GRACE_SECONDS: Final = 5
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_RECOVERY: Final = Actor("system", "recovery")
_SERVICES: Final = (
    *("store", "reader", "runs", "recovery", "approvals", "replays", "bulk_replays", "assets"),
    *("asset_desk", "goldens", "golden_desk", "bundles", "estates", "planner", "projections"),
)


class NotOnThisInterface(Refused):
    """Without keys, a server answers this machine only."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is reached from other machines, and nobody would be asked who they are:"
            " without keys, opstrail answers on 127.0.0.1, ::1 or localhost only"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, and for whom."""

    host: str
    port: int
    user: SingleUser


def serve(database_url: str | None, place: Place, tell: Callable[[str], None]) -> None:
    """Answer until a signal ends it. Raises `NotOnThisInterface`, `DatabaseUnavailable`."""
    if place.host not in (*LOOPBACK, "::1"):
        raise NotOnThisInterface(place.host)
    with open_service(database_url, tell=tell) as opstrail:
        for name in _SERVICES:
            getattr(opstrail, name)  # threads share them: they are made before there are any
        workroom = Workroom(opstrail)
        try:
            app = application(opstrail, workroom, place.user)
            _Server(app, workroom, place, tell).run()
        finally:
            workroom.close()


def application(opstrail: Opstrail, workroom: Workroom, user: SingleUser) -> ASGIApp:
    """Return the application on these services."""
    face = Face(workroom, user, Cursors(opstrail.database_url))
    return Border(build_app(face), LOOPBACK)


class _Server(uvicorn.Server):
    """Tells where it listens once it does, and then recovers what nobody carries out."""

    def __init__(
        self, app: ASGIApp, workroom: Workroom, place: Place, tell: Callable[[str], None]
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=place.host.strip("[]"),
                port=place.port,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._workroom, self._place, self._tell = workroom, place, tell

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, and tell where."""
        await super().startup(sockets)
        if self.started:
            port, host = self.servers[0].sockets[0].getsockname()[1], self._place.host
            shown = f"[{host}]" if host == "::1" else host
            self._tell(f"opstrail answers on http://{shown}:{port}/v1; nobody is asked for a key")
            self._recovering = asyncio.create_task(self._recover_on_and_on())

    async def _recover_on_and_on(self) -> None:
        """Carry on what another process has put down, or lost."""
        user, workroom = self._place.user.principal, self._workroom
        caller = Caller(Authorship(user.tenant_id, _RECOVERY))
        while True:
            with suppress(TooMuchWork):
                begun = await workroom.begin(RECOVER_RUNS, caller, RunsToRecover())
                await asyncio.wait({begun.done})
            await asyncio.sleep(workroom.have.runs.holder.seconds)
