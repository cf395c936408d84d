"""`opstrail serve`: one process that answers over HTTP, and recovers what it finds lost."""

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from socket import socket
from types import FrameType
from typing import Final

import uvicorn
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Scope

from adapters.bootstrap import Opstrail, open_service
from adapters.http.app import build_app
from adapters.http.binding import Face
from adapters.http.border import HEAD_BYTES, Answered, Border
from adapters.http.cursors import Cursors
from adapters.http.health import Health
from adapters.http.identity import Door, Users
from adapters.http.logs import log_append, log_request, log_to_stderr
from adapters.http.metrics import Metrics
from adapters.http.pace import Pace
from adapters.http.protocol import PatientProtocol
from adapters.http.streams.endpoints import Streams
from adapters.http.workroom import LOG, Workroom
from domain.errors import Refused
from domain.identity.principal import Principal
from domain.ports import Append
from domain.services.deliveries import Target

GRACE_SECONDS: Final = 1
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_SERVICES: Final = (
    *("store", "reader", "runs", "recovery", "approvals", "replays", "bulk_replays", "assets"),
    *("asset_desk", "goldens", "golden_desk", "bundles", "estates", "planner", "projections"),
)
_SWITCH_SECONDS: Final = 0.02
"""A thread that computes is asked no sooner to let others go on: those of a server wait for each
other's results, and Python's 5 ms cost a tenth of what a loaded server does."""
_OF_IDENTITY: Final = ("keys", "sessions", "operator_log", "audit_rows")


class NotListening(Refused):
    """A server cannot listen where it is to: another process does, or no such place is there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"cannot listen on {host}, port {port}: another process does, or this machine has no"
            " such address; --port and --host choose others, and --port 0 any that is free"
        )


class NotOnThisInterface(Refused):
    """Without keys, a server answers this machine only."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} is reached from other machines, and nobody would be asked who they are:"
            " without keys, opstrail answers on 127.0.0.1, ::1 or localhost only;"
            " `opstrail key create` makes one"
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens; `owner` is who asks as long as there are no keys.

    `proxies` are the addresses, with commas, of those that may say for whom they ask.
    """

    host: str
    port: int
    owner: Principal
    proxies: str = ""


def serve(
    database_url: str | None,
    place: Place,
    tell: Callable[[str], None],
    pages: ASGIApp | None = None,
) -> None:
    """Answer until a signal ends it. Raises `NotOnThisInterface`, `DatabaseUnavailable`."""
    with open_service(database_url, tell=tell) as opstrail:
        users = _users(opstrail, place)
        place = replace(place, proxies=opstrail.identity.settings.trusted_proxies)
        log_to_stderr(opstrail.upkeep.log_format)
        sys.setswitchinterval(_SWITCH_SECONDS)
        for name in _SERVICES:
            getattr(opstrail, name)  # threads share them: they are made before there are any
        for name in _OF_IDENTITY:
            getattr(opstrail.identity, name)
        workroom = Workroom(opstrail, opstrail.identity.settings.runs_per_tenant)
        server = _Server(application(opstrail, workroom, users, pages), workroom, place)
        server.targets = opstrail.upkeep.targets()
        server.when_up = partial(_tell_where, tell, users)
        try:
            with opstrail.log.tail().telling(workroom.hub.tell):
                server.run()
        finally:
            workroom.close()


def application(
    opstrail: Opstrail, workroom: Workroom, users: Users, pages: ASGIApp | None = None
) -> ASGIApp:
    """Return the application on these services; an owner is answered on this machine only."""
    settings, upkeep = opstrail.identity.settings, opstrail.upkeep
    door = Door(opstrail, users, Pace(settings.requests_per_minute))
    metrics = Metrics(workroom, upkeep.readiness)
    secret_of = opstrail.confidential.secrets.value
    health = Health(workroom, upkeep.readiness, metrics, secret_of)
    upkeep.hear(_hearing(metrics))
    cursors = Cursors(lambda: opstrail.identity.cursor_key)
    face = Face(workroom, door, cursors, settings.read_seconds)
    tail = opstrail.log.tail()
    streams = Streams(hub=workroom.hub, reader=opstrail.reader, tail=tail, door=door)
    app, hosts = build_app(face, streams, health, pages), LOOPBACK if users.owner else None
    return Border(app, hosts, _answered(metrics))


def _hearing(metrics: Metrics) -> Callable[[Append], None]:
    """Return what counts and logs appends; what goes wrong with that is nothing to who appends."""

    def heard(request: Append) -> None:
        try:
            metrics.note_append(request)
            log_append(request)
        except Exception:  # noqa: BLE001 - whatever it is
            LOG.exception("an append was not counted")

    return heard


def _answered(metrics: Metrics) -> Answered:
    def answered(scope: Scope, status: int, headers: Headers, seconds: float) -> None:
        operation = getattr(scope.get("route"), "name", "none")
        metrics.note_request(operation, status, seconds)
        log_request(scope, status, headers, operation=operation, seconds=seconds)

    return answered


def _users(opstrail: Opstrail, place: Place) -> Users:
    """Return who may ask: the owner, as long as there never was a key."""
    identity = opstrail.identity
    if identity.keys.has_any():
        return Users(identity.keys, identity.sessions)
    if place.host not in (*LOOPBACK, "::1"):
        raise NotOnThisInterface(place.host)
    return Users(identity.keys, identity.sessions, place.owner)


def _tell_where(tell: Callable[[str], None], users: Users, url: str) -> None:
    asked = "a key is asked for" if users.owner is None else "nobody is asked for a key"
    tell(f"opstrail answers on {url}; {asked}")


class _Server(uvicorn.Server):
    """Tells where it listens once it does; when it stops, streams end and runs are set down."""

    when_up: Callable[[str], None]
    targets: Sequence[Target] = ()

    def __init__(self, app: ASGIApp, workroom: Workroom, place: Place) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=place.host.strip("[]"),
                port=place.port,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                http=PatientProtocol,
                h11_max_incomplete_event_size=HEAD_BYTES,
                proxy_headers=bool(place.proxies),
                forwarded_allow_ips=place.proxies,
                ws="none",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._workroom, self._place = workroom, place

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Listen, and tell where."""
        self._loop = asyncio.get_running_loop()
        try:
            await super().startup(sockets)
        except SystemExit as error:  # it has logged why
            raise NotListening(self._place.host, self._place.port) from error
        if self.started:
            port, host = self.servers[0].sockets[0].getsockname()[1], self._place.host
            shown = f"[{host}]" if host == "::1" else host
            self.when_up(f"http://{shown}:{port}/v1")
            self._workroom.sweep()
            self._workroom.deliver(self.targets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take a signal to stop for what it asks: who stopped in order has not failed."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let streams end before uvicorn waits for their connections to close."""
        self._loop.call_soon_threadsafe(self._workroom.hub.close)
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """Set down what is carried out, while the last answers are sent."""
        setting_down = asyncio.to_thread(self._workroom.set_down)
        await asyncio.gather(setting_down, super().shutdown(sockets))
